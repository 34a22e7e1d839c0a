-- The people of rooms that one pass moved to another hall, on some dates.
SELECT p.exam_date, p.start_time, r.external_id AS room,
       CAST(a.old_value ->> 'hall_external_id' AS bigint) AS old_hall,
       CAST(a.new_value ->> 'hall_external_id' AS bigint) AS new_hall,
       CAST(sum(p.participant_count) AS bigint) AS people
FROM audit_logs AS a
JOIN rooms AS r ON r.id = a.entity_id
JOIN participants AS p ON p.room_id = r.id AND p.is_active
WHERE a.run_id = $1 AND a.created_at >= $2 AND a.action = 'room_moved' AND p.exam_date BETWEEN $3 AND $4
GROUP BY p.exam_date, p.start_time, r.external_id, a.old_value ->> 'hall_external_id',
         a.new_value ->> 'hall_external_id'
ORDER BY p.exam_date, p.start_time, r.external_id
