-- All violations, in the order in which they were written.
SELECT v.uid, p.uid AS participant_uid, r.uid AS room_uid, v.exam_date, v.start_time, v.kind, v.severity, v.note,
       v.happened_at, v.recorded_by, v.replaces, v.created_at
FROM violations AS v
LEFT JOIN participants AS p ON p.id = v.participant_id
LEFT JOIN rooms AS r ON r.id = v.room_id
ORDER BY v.id
