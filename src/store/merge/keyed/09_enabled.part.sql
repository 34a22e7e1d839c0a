-- A person who is enabled or disabled; a label of null is none that a dry run lists, as the change itself is listed.
INSERT INTO change (entity, action, row_id, hall_external_id, ordinal, audit_action, old_value, new_value, metadata)
SELECT '{entity}', 'changed', s.target_id, 0, s.ordinal,
       CASE WHEN s.enabled_user THEN 'user_enabled' ELSE 'user_disabled' END,
       CASE WHEN s.enabled_user THEN '{"enabled_user": false}'::jsonb ELSE '{"enabled_user": true}'::jsonb END,
       CASE WHEN s.enabled_user THEN '{"enabled_user": true}'::jsonb ELSE '{"enabled_user": false}'::jsonb END,
       json_object('source', (SELECT source FROM pass), 'sourced_id', s.sourced_id)
FROM src_{entity} AS s JOIN {table} AS live ON live.id = s.target_id
WHERE s.verdict IS NULL AND live.enabled_user <> s.enabled_user
