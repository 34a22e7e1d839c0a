-- Where some people sit, with the newest change of each since a moment: what it says of the place before it wins over
-- what that place is called now.
SELECT p.external_profile_exam_id AS profile_exam_id, p.exam_date, p.start_time, p.participant_id AS number,
       p.participant_name AS name, p.is_active,
       b.external_id AS hall_external_id, b.name AS hall, b.address,
       r.external_id AS room_external_id, r.name AS room, p.place_id AS seat,
       a.created_at AS changed_at, a.action, a.old_value ->> 'start_time' AS old_start_time,
       coalesce(CAST(a.old_value ->> 'hall_external_id' AS bigint), old_hall.external_id) AS old_hall_external_id,
       coalesce(a.old_value ->> 'hall_name', old_hall.name) AS old_hall,
       CAST(a.old_value ->> 'room_external_id' AS bigint) AS old_room_external_id,
       coalesce(a.old_value ->> 'room_name', old_room.name) AS old_room,
       CAST(a.old_value ->> 'place_id' AS bigint) AS old_seat,
       a.old_value ->> 'participant_name' AS old_name
FROM json_each($1) AS item
JOIN participants AS p ON p.external_profile_exam_id = CAST(item.value ->> 'id' AS bigint)
                      AND p.exam_date = (item.value ->> 'date')::date
JOIN rooms AS r ON r.id = p.room_id
JOIN buildings AS b ON b.id = p.building_id
LEFT JOIN (SELECT id, created_at, action, readable_json(old_value) AS old_value FROM audit_logs) AS a ON a.id = (
    SELECT max(newest.id) FROM audit_logs AS newest
    WHERE newest.entity_type = 'participants' AND newest.entity_id = p.id AND newest.created_at >= $2
)
LEFT JOIN rooms AS old_room ON old_room.external_id = CAST(a.old_value ->> 'room_external_id' AS bigint)
LEFT JOIN buildings AS old_hall ON old_hall.id = old_room.building_id
