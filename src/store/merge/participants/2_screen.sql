-- Records with one key, and counts that only check seats. Further verdicts: repeat (the same record once
-- more, not counted), duplicate (errored), check (a count where the feed has the seats: unchanged).

CREATE TEMP TABLE twice AS
SELECT 'count' AS kind, room_id AS first_key, start_time, min(ordinal) AS kept_ordinal
FROM src
WHERE verdict IS NULL AND kind = 'count'
GROUP BY room_id, start_time
HAVING count(*) > 1
UNION ALL
SELECT 'seat', profile_exam_id, NULL, min(ordinal)
FROM src
WHERE verdict IS NULL AND kind = 'seat'
GROUP BY profile_exam_id
HAVING count(*) > 1;

UPDATE src
SET verdict = CASE WHEN pair.same THEN 'repeat' ELSE 'duplicate' END,
    problem = CASE WHEN pair.same THEN NULL
                   ELSE 'listed more than once with different content; the first one is kept' END
FROM (
    SELECT again.ordinal,
           (again.room_id = kept.room_id
            AND again.start_time = kept.start_time
            AND again.participant_count = kept.participant_count
            AND again.place_id IS NOT DISTINCT FROM kept.place_id
            AND again.participant_id IS NOT DISTINCT FROM kept.participant_id
            AND again.participant_name IS NOT DISTINCT FROM kept.participant_name
            AND again.exam_title IS NOT DISTINCT FROM kept.exam_title) AS same
    FROM twice
    JOIN src AS kept ON kept.ordinal = twice.kept_ordinal
    JOIN src AS again
      ON again.kind = twice.kind
     AND again.verdict IS NULL
     -- One expression, and not an OR: what both databases can look up.
     AND CASE again.kind WHEN 'count' THEN again.room_id ELSE again.profile_exam_id END = twice.first_key
     AND (twice.start_time IS NULL OR twice.start_time = again.start_time)
    WHERE again.ordinal > twice.kept_ordinal
) AS pair
WHERE src.ordinal = pair.ordinal;

CREATE TEMP TABLE seated AS
SELECT room_id, start_time, count(*) AS people,
       max(CASE WHEN target_id IS NULL OR changed THEN 1 ELSE 0 END) AS news
FROM src
WHERE kind = 'seat' AND verdict IS NULL
GROUP BY room_id, start_time;

UPDATE src
SET verdict = 'check'
FROM seated
WHERE src.kind = 'count' AND src.verdict IS NULL
  AND seated.room_id = src.room_id AND seated.start_time = src.start_time;

-- Active rows of the date that the feed no longer holds. Absence counts only where every key could be read.
CREATE TEMP TABLE gone AS
SELECT p.id, p.room_id, p.start_time, p.participant_count, p.external_profile_exam_id, p.sync_status,
       coalesce(p.start_time <= (SELECT begun_through FROM pass), (1 = 0)) AS begun
FROM participants AS p
WHERE p.exam_date = (SELECT exam_date FROM pass)
  AND p.is_active
  AND NOT EXISTS (SELECT 1 FROM src
                  WHERE src.target_id = p.id AND (src.verdict IS NULL OR src.verdict <> 'check'))
  AND NOT EXISTS (SELECT 1 FROM src
                  WHERE (kind = 'seat' AND profile_exam_id IS NULL)
                     OR (kind = 'count' AND (room_external_id IS NULL OR start_time IS NULL)));

-- The live rows that change, as they are now, beside what they become.
CREATE TEMP TABLE changing AS
SELECT s.ordinal, p.id, p.room_id AS old_room_id, p.start_time AS old_start_time,
       p.participant_count AS old_count, p.is_active AS was_active,
       coalesce(p.start_time <= (SELECT begun_through FROM pass), (1 = 0)) AS begun,
       s.room_id, s.start_time, s.participant_count, s.profile_exam_id,
       p.participant_name AS old_name, s.participant_name
FROM src AS s
JOIN participants AS p ON p.id = s.target_id
WHERE s.verdict IS NULL AND s.changed;
