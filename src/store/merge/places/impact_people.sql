-- The people who sit in rooms that go, today or later.
SELECT c.hall_external_id, p.exam_date, p.start_time, CAST(sum(p.participant_count) AS bigint) AS people
FROM change AS c
JOIN participants AS p ON p.room_id = c.row_id
WHERE c.entity = 'room' AND c.action = 'deactivated'
  AND p.is_active AND p.exam_date >= (SELECT today FROM pass)
GROUP BY c.hall_external_id, p.exam_date, p.start_time
ORDER BY p.exam_date, p.start_time, c.hall_external_id
