-- What head office takes, for the record.
INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, 'attendance_imported', 'attendance', c.row_id,
       json_object('marked', json_bool(c.head_marked), 'status', c.head_status,
                   'marked_at', moment_text(c.head_marked_at), 'marked_by', c.head_marked_by),
       json_object('marked', json_bool(c.marked), 'status', c.status,
                   'marked_at', moment_text(c.marked_at), 'marked_by', c.marked_by),
       json_object('exam_date', CAST(c.exam_date AS text), 'hall_external_id', pass.hall,
                   'external_profile_exam_id', c.profile_exam_id, 'results_id', CAST(pass.results_id AS text)),
       pass.now
FROM result_change AS c
CROSS JOIN result_pass AS pass
WHERE c.verdict = 'taken';
