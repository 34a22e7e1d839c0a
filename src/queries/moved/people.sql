-- The rows of a date that changed since a moment, with what they were then: the old value of the first change since. What
-- was made since was nowhere, nor was what that change brought back.
WITH first AS (
    SELECT entity_id, min(id) AS id FROM audit_logs
    WHERE created_at >= $1 AND entity_type = 'participants' AND readable_json(metadata) ->> 'exam_date' = $2
    GROUP BY entity_id
),
touched AS (
    SELECT p.id, (p.created_at < $3 AND a.action <> 'participants_reactivated') AS was_active,
           readable_json(a.old_value) AS old_value
    FROM first
    JOIN audit_logs AS a ON a.id = first.id
    JOIN participants AS p ON p.id = first.entity_id
    UNION ALL
    SELECT p.id, (1 = 0), NULL
    FROM participants AS p
    WHERE p.exam_date = $4 AND p.created_at >= $5 AND p.is_active AND p.id NOT IN (SELECT entity_id FROM first)
)
SELECT p.external_profile_exam_id IS NOT NULL AS is_seat, touched.was_active, p.is_active,
       b.external_id AS hall_external_id, b.name AS hall, r.external_id AS room_external_id, r.name AS room,
       p.start_time, p.place_id AS seat, p.participant_id AS number, p.participant_name AS name,
       CAST(p.participant_count AS bigint) AS people,
       coalesce(CAST(old_value ->> 'hall_external_id' AS bigint), old_hall.external_id) AS old_hall_external_id,
       coalesce(old_value ->> 'hall_name', old_hall.name) AS old_hall,
       CAST(old_value ->> 'room_external_id' AS bigint) AS old_room_external_id,
       coalesce(old_value ->> 'room_name', old_room.name) AS old_room,
       old_value ->> 'start_time' AS old_start_time,
       CAST(old_value ->> 'place_id' AS bigint) AS old_seat,
       old_value ->> 'participant_id' AS old_number,
       old_value ->> 'participant_name' AS old_name,
       CAST(old_value ->> 'participant_count' AS bigint) AS old_people
FROM touched
JOIN participants AS p ON p.id = touched.id
JOIN rooms AS r ON r.id = p.room_id
JOIN buildings AS b ON b.id = p.building_id
LEFT JOIN rooms AS old_room ON old_room.external_id = CAST(old_value ->> 'room_external_id' AS bigint)
LEFT JOIN buildings AS old_hall ON old_hall.id = old_room.building_id
WHERE touched.was_active OR p.is_active
