-- What changed on dates of today and later, so that "since I printed the lists" has an answer.

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id,
       CASE WHEN c.was_active THEN 'participants_changed' ELSE 'participants_reactivated' END,
       'participants', c.id,
       json_object('participant_count', c.old_count, 'room_external_id', old_room.external_id,
                   'start_time', CAST(c.old_start_time AS text)),
       json_object('participant_count', c.participant_count, 'room_external_id', new_room.external_id,
                   'start_time', CAST(c.start_time AS text)),
       json_object('exam_date', CAST(pass.exam_date AS text), 'external_profile_exam_id', c.profile_exam_id),
       pass.now
FROM changing AS c
JOIN rooms AS old_room ON old_room.id = c.old_room_id
JOIN rooms AS new_room ON new_room.id = c.room_id
CROSS JOIN pass
WHERE pass.exam_date >= pass.today
  AND (NOT c.was_active
       OR c.old_count <> c.participant_count
       OR c.old_room_id <> c.room_id
       OR c.old_start_time <> c.start_time);

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, 'participants_deactivated', 'participants', g.id,
       json_object('participant_count', g.participant_count, 'room_external_id', r.external_id,
                   'start_time', CAST(g.start_time AS text)),
       NULL,
       json_object('exam_date', CAST(pass.exam_date AS text), 'external_profile_exam_id', g.external_profile_exam_id),
       pass.now
FROM gone AS g
JOIN rooms AS r ON r.id = g.room_id
CROSS JOIN pass
WHERE NOT g.begun AND pass.exam_date >= pass.today;
