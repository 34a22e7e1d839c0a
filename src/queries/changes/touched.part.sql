-- Who sat where at a moment and sits where now, of the rows of one date that passes have changed or made since then. What
-- was made since then was nowhere, and so was what was inactive.
WITH first_change AS (
    SELECT entity_id, min(id) AS id
    FROM audit_logs
    WHERE created_at >= $1 AND entity_type = 'participants' AND readable_json(metadata) ->> 'exam_date' = $2
    GROUP BY entity_id
),
touched AS (
    SELECT p.id,
           CASE WHEN p.created_at < $3 AND a.action <> 'participants_reactivated'
                THEN readable_json(a.old_value) END AS old_value
    FROM first_change
    JOIN audit_logs AS a ON a.id = first_change.id
    JOIN participants AS p ON p.id = a.entity_id
    UNION ALL
    SELECT id, NULL
    FROM participants
    WHERE exam_date = $4 AND created_at >= $5 AND id NOT IN (SELECT entity_id FROM first_change)
),
was AS (
    SELECT id, old_value IS NOT NULL AS was_there,
           CAST(old_value ->> 'room_external_id' AS bigint) AS room, old_value ->> 'room_name' AS room_name,
           CAST(old_value ->> 'hall_external_id' AS bigint) AS hall, old_value ->> 'hall_name' AS hall_name,
           old_value ->> 'start_time' AS start,
           CAST(old_value ->> 'participant_count' AS bigint) AS people,
           CAST(old_value ->> 'place_id' AS bigint) AS place,
           old_value ->> 'participant_id' AS number, old_value ->> 'participant_name' AS name
    FROM touched
),
-- Counts hold the room only, by its id.
change AS (
    SELECT p.external_profile_exam_id AS profile, p.external_profile_exam_id IS NOT NULL AS is_seat,
           was.was_there, p.is_active AS is_there,
           was.room AS old_room, coalesce(was.room_name, old_room.name) AS old_room_name,
           coalesce(was.hall, old_hall.external_id) AS old_hall, coalesce(was.hall_name, old_hall.name) AS old_hall_name,
           was.start AS old_start, CASE WHEN was.was_there THEN was.people ELSE 0 END AS old_people,
           was.place AS old_place, was.number AS old_number, was.name AS old_name,
           CASE WHEN p.is_active THEN r.external_id END AS room, CASE WHEN p.is_active THEN r.name END AS room_name,
           CASE WHEN p.is_active THEN b.external_id END AS hall, CASE WHEN p.is_active THEN b.name END AS hall_name,
           CASE WHEN p.is_active THEN CAST(p.start_time AS text) END AS start,
           CASE WHEN p.is_active THEN p.participant_count ELSE 0 END AS people,
           p.place_id AS place, p.participant_id AS number, p.participant_name AS name,
           was.was_there AND p.is_active AND was.place IS NOT DISTINCT FROM p.place_id
               AND was.number IS NOT DISTINCT FROM p.participant_id
               AND was.name IS NOT DISTINCT FROM p.participant_name AS is_same
    FROM was
    JOIN participants AS p ON p.id = was.id
    JOIN rooms AS r ON r.id = p.room_id
    JOIN buildings AS b ON b.id = r.building_id
    LEFT JOIN rooms AS old_room ON old_room.external_id = was.room
    LEFT JOIN buildings AS old_hall ON old_hall.id = old_room.building_id
    WHERE was.was_there OR p.is_active
)
