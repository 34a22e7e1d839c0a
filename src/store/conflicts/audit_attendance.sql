-- A resolution is a decision of head office: what the row says now, and what it will say.
INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, 'conflict_resolved', 'attendance', c.row_id, c.now_at_head,
       CASE WHEN $1 = 'centre' THEN c.centre ELSE c.now_at_head END,
       json_object('conflict', CAST(c.uid AS text), 'hall_external_id', c.hall_external_id,
                   'exam_date', c.key ->> 'exam_date', 'resolution', $2::text, 'reason', $3::text),
       pass.now
FROM (
    SELECT c.uid, c.row_id, c.hall_external_id, c.key, c.centre,
           json_object('marked', json_bool(p.attendance_marked), 'status', p.attendance_status,
                       'marked_at', moment_text(p.attendance_marked_at), 'marked_by', p.attendance_marked_by)
               AS now_at_head
    FROM resolving
    JOIN sync_conflicts AS c ON c.id = resolving.id
    JOIN participants AS p ON p.id = c.row_id
    WHERE c.entity = 'participant'
) AS c
CROSS JOIN pass
