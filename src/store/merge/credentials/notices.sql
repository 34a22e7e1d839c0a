INSERT INTO notice (severity, sync_type, code, message, external_key, entity, path, ordinal, news, notify)
SELECT 'error', 'roster', 'credential_not_a_hash',
       'user' || coalesce(' ' || sourced_id, '') || ': its password is not a whole hash of a known scheme; it is not kept',
       sourced_id, 'credentials', path, ordinal, (1 = 1), (1 = 0)
FROM stage_credential WHERE refused
