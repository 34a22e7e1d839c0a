-- A role that a person gets who was here before. Of a new person the roles are no news.
INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, 'role_given', '{entity}', live.id, NULL, '{"is_active": true}'::jsonb,
       json_object('source', pass.source, 'sourced_id', s.sourced_id), pass.now
FROM pass
CROSS JOIN src_{entity} AS s
JOIN {table} AS live ON live.source = pass.source AND live.sourced_id = s.sourced_id
JOIN roster_users AS person ON person.id = live.user_id
WHERE s.verdict IS NULL AND s.target_id IS NULL AND s.says_active
  -- This pass created those that are new.
  AND person.created_at <> pass.now
