-- Warnings and errors for a person, collected before anything is applied, while old and new values can be compared.

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', 'participants', 'absence_not_judged',
       'the key of a record can''t be read, so no missing participants are deactivated',
       NULL, NULL, NULL, (1 = 1), (1 = 0)
FROM pass
WHERE keyless > 0;

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'error', 'participants', verdict,
       CASE WHEN profile_exam_id IS NOT NULL THEN 'seat of ' || profile_exam_id || ': '
            WHEN verdict = 'bad_record' AND room_external_id IS NOT NULL THEN 'room ' || room_external_id || ': '
            WHEN verdict = 'duplicate' THEN 'room ' || room_external_id || ' at ' || start_time || ': '
            ELSE '' END || problem,
       coalesce(profile_exam_id, room_external_id),
       path, ordinal, (1 = 1), (1 = 0)
FROM odd
WHERE verdict IN ('bad_record', 'duplicate', 'unknown_room', 'hall_mismatch');

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', 'participants', 'bad_optional_field',
       CASE WHEN profile_exam_id IS NULL THEN 'room ' || room_external_id
            ELSE 'seat of ' || profile_exam_id END || ': ' || notice,
       coalesce(profile_exam_id, room_external_id),
       path, ordinal, (target_id IS NULL OR changed), (1 = 0)
FROM odd
WHERE (verdict IS NULL OR verdict = 'added') AND notice IS NOT NULL;

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', 'participants', 'repeated_entry',
       'room ' || odd.room_external_id || coalesce(' at ' || odd.start_time, '')
       || ': the same entry is listed before it in its slot, to the letter; it counts once',
       odd.room_external_id, odd.path, odd.ordinal,
       (counted.ordinal IS NOT NULL AND (counted.target_id IS NULL OR counted.changed)), (1 = 0)
FROM odd
LEFT JOIN src AS counted
       ON counted.kind = 'count' AND counted.verdict IS NULL
      AND counted.room_id = odd.room_id AND counted.start_time = odd.start_time
WHERE odd.kind = 'repeat';

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', 'participants', 'inactive_room',
       'room ' || r.external_id || ' (' || isolated(r.name) || ') is used, but it is inactive',
       r.external_id, NULL, used.ordinal, (used.news = 1), (1 = 0)
FROM (SELECT room_id, min(ordinal) AS ordinal,
             max(CASE WHEN target_id IS NULL OR changed THEN 1 ELSE 0 END) AS news
      FROM odd
      WHERE verdict IS NULL AND NOT room_is_active
      GROUP BY room_id) AS used
JOIN rooms AS r ON r.id = used.room_id;

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', 'participants', 'absent_after_start',
       CASE WHEN unseen.external_profile_exam_id IS NULL THEN ''
            ELSE 'seat of ' || unseen.external_profile_exam_id || ' in ' END
       || 'room ' || r.external_id || ' (' || isolated(r.name) || ') at ' || unseen.start_time
       || ' is gone from the feed, but it has begun: it stays',
       coalesce(unseen.external_profile_exam_id, r.external_id), NULL, NULL, (1 = 1), (1 = 0)
FROM unseen
JOIN rooms AS r ON r.id = unseen.room_id
WHERE unseen.to_mark;

-- Rooms and times that this pass raises above the room's seats. That can only be where the feed alone has too many
-- people, or where rows stay that it does not hold.
WITH doubtful AS MATERIALIZED (
    SELECT room_id, start_time FROM crowded
    UNION
    SELECT room_id, start_time FROM unseen
    UNION
    SELECT p.room_id, p.start_time FROM odd JOIN participants AS p ON p.id = odd.target_id AND p.is_active
)
INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', 'participants', 'over_capacity',
       'room ' || r.external_id || ' (' || isolated(r.name) || ') at ' || slot.start_time || ' has '
       || slot.people || ' people for ' || r.capacity || ' seats',
       r.external_id, NULL, NULL, (1 = 1), (1 = 1)
FROM (SELECT room_id, start_time, CAST(sum(people) AS bigint) AS people
      FROM (SELECT p.room_id, p.start_time, p.participant_count AS people_before,
                   CASE WHEN p.id IN (SELECT row_id FROM change) THEN 0 ELSE p.participant_count END AS people
            FROM participants AS p
            JOIN doubtful ON doubtful.room_id = p.room_id AND doubtful.start_time = p.start_time
            WHERE p.exam_date = (SELECT exam_date FROM pass) AND p.is_active
            UNION ALL
            SELECT src.room_id, src.start_time, 0, src.participant_count
            FROM src
            JOIN doubtful ON doubtful.room_id = src.room_id AND doubtful.start_time = src.start_time
            WHERE src.verdict IS NULL AND (src.target_id IS NULL OR src.changed)) AS one
      GROUP BY room_id, start_time
      HAVING sum(people) > sum(people_before)) AS slot
JOIN rooms AS r ON r.id = slot.room_id
WHERE (SELECT exam_date FROM pass) >= (SELECT today FROM pass) AND slot.people > r.capacity;
