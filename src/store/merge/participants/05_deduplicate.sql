-- Records with one key, and counts that only check seats. Further verdicts: repeat (the same record once
-- more, not counted), duplicate (errored), check (a count where the feed has the seats: unchanged).

CREATE TEMP TABLE twice AS
SELECT 'count' AS kind, src.room_id AS first_key, src.start_time, min(src.ordinal) AS kept_ordinal
FROM crowded
JOIN src ON src.room_id = crowded.room_id AND src.start_time = crowded.start_time
WHERE crowded.counts > 1 AND src.verdict IS NULL AND src.kind = 'count'
GROUP BY src.room_id, src.start_time
UNION ALL
SELECT 'seat', profile_exam_id, NULL, min(ordinal)
FROM src
WHERE (SELECT max(seats) FROM crowded) > 0
  AND verdict IS NULL AND kind = 'seat'
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
     -- One expression instead of an OR, so that both databases look it up.
     AND CASE again.kind WHEN 'count' THEN again.room_id ELSE again.profile_exam_id END = twice.first_key
     AND (twice.start_time IS NULL OR twice.start_time = again.start_time)
    WHERE again.ordinal > twice.kept_ordinal
) AS pair
WHERE src.ordinal = pair.ordinal;

CREATE TEMP TABLE seated AS
SELECT room_id, start_time, count(*) AS people,
       max(CASE WHEN target_id IS NULL OR changed THEN 1 ELSE 0 END) AS news
FROM src
WHERE (SELECT max(seats) FROM crowded) > 0
  AND kind = 'seat' AND verdict IS NULL
GROUP BY room_id, start_time;

UPDATE src
SET verdict = 'check'
FROM seated
WHERE src.kind = 'count' AND src.verdict IS NULL
  AND seated.room_id = src.room_id AND seated.start_time = src.start_time;
