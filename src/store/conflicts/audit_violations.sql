-- The same of violations.
INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, 'conflict_resolved', 'violation', c.row_id, c.head, CASE WHEN $1 = 'centre' THEN c.centre ELSE c.head END,
       json_object('conflict', CAST(c.uid AS text), 'hall_external_id', c.hall_external_id, 'resolution', $2::text,
                   'reason', $3::text),
       pass.now
FROM resolving
JOIN sync_conflicts AS c ON c.id = resolving.id
CROSS JOIN pass
WHERE c.entity = 'violation'
