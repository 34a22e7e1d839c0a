-- One audit row per consequential change, with old and new value; creation leaves none.
INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, c.audit_action, CASE c.entity WHEN 'hall' THEN 'building' ELSE c.entity END, c.row_id,
       c.old_value, c.new_value, c.metadata, pass.now
FROM change AS c, pass
WHERE c.audit_action IS NOT NULL
