-- The active rows that go, lose people or move to a start that has begun, by key, with what is left of them: what the plan is made of.
SELECT CASE WHEN external_profile_exam_id IS NOT NULL THEN 'seat ' || external_profile_exam_id
            ELSE 'room ' || room_external_id || ' at ' || start_time END AS key,
       left_over, people
FROM (
    SELECT g.external_profile_exam_id, r.external_id AS room_external_id, g.start_time,
           0 AS left_over, g.participant_count AS people
    FROM gone AS g JOIN rooms AS r ON r.id = g.room_id
    WHERE NOT g.begun
    UNION ALL
    SELECT c.profile_exam_id, r.external_id, c.old_start_time, c.participant_count, c.old_count
    FROM changing AS c JOIN rooms AS r ON r.id = c.old_room_id
    WHERE c.was_active AND NOT c.begun AND c.participant_count < c.old_count
    UNION ALL
    -- Nobody is lost, but the date is left without the row.
    SELECT c.profile_exam_id, r.external_id, c.old_start_time, 0, c.old_count
    FROM changing AS c JOIN rooms AS r ON r.id = c.old_room_id
    WHERE c.was_active AND NOT c.begun AND c.start_time <= (SELECT begun_through FROM pass)
) AS losing
ORDER BY 1
