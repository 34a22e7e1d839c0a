-- Names of people never leave the table: a row is called by its key.
INSERT INTO change (entity, action, row_id, hall_external_id, ordinal, label, subject, audit_action, old_value,
                    new_value, metadata)
SELECT '{entity}', 'deactivated', going.id, 0, going.ordinal, going.sourced_id, '{noun} ' || going.sourced_id,
       '{ends}', '{"is_active": true}'::jsonb, '{"is_active": false}'::jsonb,
       json_object('source', (SELECT source FROM pass), 'sourced_id', going.sourced_id)
FROM (SELECT id, sourced_id, CAST(NULL AS bigint) AS ordinal FROM gone_{entity}
      UNION ALL
      SELECT target_id, sourced_id, ordinal FROM src_{entity}
      WHERE verdict IS NULL AND was_active AND NOT says_active) AS going
UNION ALL
SELECT '{entity}', 'reactivated', target_id, 0, ordinal, sourced_id, NULL,
       '{begins}', '{"is_active": false}'::jsonb, '{"is_active": true}'::jsonb,
       json_object('source', (SELECT source FROM pass), 'sourced_id', sourced_id)
FROM src_{entity} WHERE verdict IS NULL AND says_active AND NOT was_active
UNION ALL
SELECT '{entity}', 'changed', target_id, 0, ordinal, sourced_id, NULL, NULL, NULL, NULL, NULL
FROM src_{entity} WHERE verdict IS NULL AND changed AND was_active = says_active
UNION ALL
SELECT '{entity}', 'created', NULL, 0, ordinal, sourced_id, NULL, NULL, NULL, NULL, NULL
FROM src_{entity} WHERE (SELECT lists_created FROM pass) AND verdict IS NULL AND target_id IS NULL
