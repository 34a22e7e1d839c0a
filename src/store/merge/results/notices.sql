-- What a person should know, as far as it is listed: the errors first.
SELECT * FROM (
    SELECT 1 AS place, 'conflict' AS code, new.entity, CAST(new.key ->> 'uid' AS text) AS uid,
           CAST(new.key ->> 'external_profile_exam_id' AS bigint) AS profile_exam_id,
           new.key ->> 'exam_date' AS exam_date, new.key ->> 'start_time' AS start_time,
           CAST(new.key ->> 'room_external_id' AS bigint) AS room_external_id,
           new.head ->> 'status' AS head_status, new.centre ->> 'status' AS centre_status
    FROM result_conflict AS new
    WHERE new.known_state IS NULL OR new.known_state = 'superseded'
    UNION ALL
    SELECT 2, code, entity, CAST(uid AS text), NULL, NULL, NULL, NULL, NULL, NULL FROM result_left_out
    UNION ALL
    SELECT 3, 'attendance_on_inactive', 'participant', CAST(uid AS text), profile_exam_id, CAST(exam_date AS text),
           CAST(start_time AS text), room_external_id, head_status, status
    FROM result_change WHERE is_elsewhere AND verdict IN ('taken', 'agreed', 'conflict')
    UNION ALL
    SELECT 4, 'external_changed_at_centre', 'participant', CAST(uid AS text), profile_exam_id, CAST(exam_date AS text),
           CAST(start_time AS text), room_external_id, head_status, status
    FROM result_change WHERE is_changed
) AS notices
ORDER BY place, exam_date, start_time, room_external_id, profile_exam_id, uid
LIMIT $1
