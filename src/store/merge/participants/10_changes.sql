-- What happens to rows: as they are now, and what they become. A row that goes has no new room, unless it has moved: then
-- another row has its people.
WITH pair AS (
    SELECT p.id AS row_id, s.ordinal, s.profile_exam_id, p.is_active AS was_active,
           (1 = 0) AS goes, (1 = 0) AS superseded,
           p.room_id AS old_room_id, p.start_time AS old_start_time, p.participant_count AS old_count,
           p.participant_name AS old_name, p.place_id AS old_place_id, p.participant_id AS old_number,
           s.room_id, s.start_time, s.participant_count, s.participant_name, s.place_id, s.participant_id AS number
    FROM src AS s
    JOIN participants AS p ON p.id = s.target_id
    WHERE (SELECT updated > 0 FROM pass) AND s.verdict IS NULL AND s.changed
    UNION ALL
    SELECT id, NULL, external_profile_exam_id, (1 = 1), (1 = 1), superseded,
           room_id, start_time, participant_count, participant_name, place_id, participant_id,
           moved_to_room_id, moved_to_start_time, participant_count, participant_name, place_id, participant_id
    FROM unseen
    WHERE goes
    UNION ALL
    SELECT NULL, ordinal, profile_exam_id, (1 = 0), (1 = 0), (1 = 0), NULL, NULL, NULL, NULL, NULL, NULL,
           room_id, start_time, participant_count, participant_name, place_id, participant_id
    FROM src
    WHERE (SELECT lists_created FROM pass) AND verdict IS NULL AND target_id IS NULL
),
named AS (
    SELECT pair.*,
           CASE WHEN row_id IS NULL THEN 'created'
                WHEN room_id IS NULL THEN 'deactivated'
                WHEN NOT was_active THEN 'reactivated'
                WHEN room_id <> old_room_id OR start_time <> old_start_time THEN 'moved'
                ELSE 'changed' END AS action,
           -- Only of today and later, so that "since I printed the lists" has an answer.
           CASE WHEN row_id IS NULL OR (SELECT exam_date < today FROM pass) THEN NULL
                WHEN room_id IS NULL THEN 'participants_deactivated'
                WHEN goes THEN 'participants_moved'
                WHEN NOT was_active THEN 'participants_reactivated'
                WHEN old_count <> participant_count OR room_id <> old_room_id OR start_time <> old_start_time
                     OR place_id IS DISTINCT FROM old_place_id OR number IS DISTINCT FROM old_number
                     OR participant_name IS DISTINCT FROM old_name
                THEN 'participants_changed' END AS audit_action,
           coalesce(old_start_time <= (SELECT begun_through FROM pass), (1 = 0)) AS begun,
           coalesce(start_time <= (SELECT begun_through FROM pass), (1 = 0)) AS will_have_begun,
           old_room.external_id AS old_room_external_id,
           room.external_id AS room_external_id,
           coalesce(hall.external_id, old_hall.external_id) AS hall_external_id,
           old_room.name AS old_room_name, room.name AS room_name,
           old_hall.external_id AS old_hall_id, old_hall.name AS old_hall_name,
           hall.external_id AS new_hall_id, hall.name AS hall_name,
           old_start_time || ' ' || isolated(old_room.name) || ', ' || isolated(old_hall.name) AS old_place,
           start_time || ' ' || isolated(room.name) || ', ' || isolated(hall.name) AS place
    FROM pair
    LEFT JOIN rooms AS old_room ON old_room.id = old_room_id
    LEFT JOIN buildings AS old_hall ON old_hall.id = old_room.building_id
    LEFT JOIN rooms AS room ON room.id = room_id
    LEFT JOIN buildings AS hall ON hall.id = room.building_id
)
INSERT INTO change (entity, action, row_id, hall_external_id, old_hall_external_id, goes, ordinal, label, subject, amount_before, amount_after,
                    rows_lost, people_lost, audit_action, old_value, new_value, metadata)
SELECT 'participants', action, row_id, hall_external_id, old_hall_id, goes, ordinal,
       CASE action WHEN 'deactivated' THEN old_place
                   WHEN 'moved' THEN old_place || ' → ' || place
                   ELSE place END || ': '
       || CASE WHEN profile_exam_id IS NULL
               THEN CASE WHEN was_active AND old_count <> participant_count THEN old_count || ' → ' ELSE '' END
                    || participant_count
               ELSE 'seat of ' || profile_exam_id
                    || coalesce(', ' || CASE WHEN was_active AND old_name <> participant_name
                                             THEN isolated(old_name) || ' → ' ELSE '' END
                                     || isolated(participant_name), '') END,
       CASE WHEN profile_exam_id IS NULL THEN 'room ' || old_room_external_id || ' at ' || old_start_time
            ELSE 'seat ' || profile_exam_id END,
       old_count,
       CASE action WHEN 'deactivated' THEN 0 ELSE participant_count END,
       -- What has begun counts neither before nor after. People who come or move to a start time that has passed are not
       -- lost, but the date is not left with such a row.
       CASE WHEN goes AND begun THEN 0
            WHEN action = 'deactivated' OR (was_active AND NOT begun AND will_have_begun) THEN 1
            WHEN NOT will_have_begun AND (begun OR NOT was_active) THEN -1
            ELSE 0 END,
       CASE WHEN goes AND begun THEN 0
            WHEN action = 'deactivated' THEN old_count
            WHEN was_active AND NOT begun THEN old_count - participant_count
            WHEN NOT was_active OR NOT will_have_begun THEN -participant_count
            ELSE 0 END,
       audit_action,
       -- Of a person on a seat all that says who sat where, as places were called then.
       CASE WHEN audit_action IS NULL THEN NULL
            WHEN profile_exam_id IS NULL
            THEN json_object('participant_count', old_count, 'room_external_id', old_room_external_id,
                             'start_time', CAST(old_start_time AS text))
            ELSE json_object('participant_count', old_count, 'room_external_id', old_room_external_id,
                             'start_time', CAST(old_start_time AS text), 'room_name', old_room_name,
                             'hall_external_id', old_hall_id, 'hall_name', old_hall_name,
                             'place_id', old_place_id, 'participant_id', old_number,
                             'participant_name', old_name) END,
       CASE WHEN audit_action IS NULL OR action = 'deactivated' THEN NULL
            WHEN profile_exam_id IS NULL
            THEN json_object('participant_count', participant_count, 'room_external_id', room_external_id,
                             'start_time', CAST(start_time AS text))
            ELSE json_object('participant_count', participant_count, 'room_external_id', room_external_id,
                             'start_time', CAST(start_time AS text), 'room_name', room_name,
                             'hall_external_id', new_hall_id, 'hall_name', hall_name,
                             'place_id', place_id, 'participant_id', number,
                             'participant_name', participant_name) END,
       CASE WHEN audit_action IS NOT NULL AND superseded
            THEN json_object('exam_date', (SELECT CAST(exam_date AS text) FROM pass),
                             'external_profile_exam_id', profile_exam_id, 'superseded', json('true'))
            WHEN audit_action IS NOT NULL
            THEN json_object('exam_date', (SELECT CAST(exam_date AS text) FROM pass),
                             'external_profile_exam_id', profile_exam_id) END
FROM named
