-- Where the people of one date were and are, of those that one pass changed: what it audited, and what it created, which
-- it does not audit. A reactivated row was nowhere. A count that has moved is created where it is now.
WITH step AS (
    SELECT metadata ->> 'external_profile_exam_id' IS NOT NULL AS is_seat,
           CASE WHEN action <> 'participants_reactivated' THEN old_value END AS old_value,
           CASE WHEN action <> 'participants_moved' OR metadata ->> 'external_profile_exam_id' IS NOT NULL
                THEN new_value END AS new_value
    FROM audit_logs
    WHERE run_id = $1 AND created_at >= $2 AND entity_type = 'participants' AND metadata ->> 'exam_date' = $3
),
place AS (
    SELECT is_seat,
           CAST(old_value ->> 'room_external_id' AS bigint) AS old_room, old_value ->> 'start_time' AS old_start,
           CAST(old_value ->> 'participant_count' AS bigint) AS old_people,
           CAST(new_value ->> 'room_external_id' AS bigint) AS new_room, new_value ->> 'start_time' AS new_start,
           CAST(new_value ->> 'participant_count' AS bigint) AS new_people
    FROM step
    UNION ALL
    SELECT p.external_profile_exam_id IS NOT NULL, NULL, NULL, NULL, r.external_id, CAST(p.start_time AS text),
           p.participant_count
    FROM participants AS p JOIN rooms AS r ON r.id = p.room_id
    WHERE p.exam_date = $4 AND p.created_at >= $5 AND p.is_active
)
SELECT place.is_seat, place.old_room, place.old_start, old_hall.external_id AS old_hall,
       place.new_room, place.new_start, new_hall.external_id AS new_hall,
       CAST(coalesce(sum(place.old_people), 0) AS bigint) AS old_people,
       CAST(coalesce(sum(place.new_people), 0) AS bigint) AS new_people
FROM place
LEFT JOIN rooms AS old_place ON old_place.external_id = place.old_room
LEFT JOIN buildings AS old_hall ON old_hall.id = old_place.building_id
LEFT JOIN rooms AS new_place ON new_place.external_id = place.new_room
LEFT JOIN buildings AS new_hall ON new_hall.id = new_place.building_id
GROUP BY place.is_seat, place.old_room, place.old_start, old_hall.external_id, place.new_room, place.new_start,
         new_hall.external_id
ORDER BY place.old_start, place.old_room, place.new_start, place.new_room, place.is_seat
