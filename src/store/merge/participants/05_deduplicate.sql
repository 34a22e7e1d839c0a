-- Seats of one person, and counts that only check seats. Further verdicts: repeat (the same record once more, not
-- counted), duplicate (errored), check (a count where the feed has the seats: unchanged).

CREATE TEMP TABLE twice AS
SELECT profile_exam_id, min(ordinal) AS kept_ordinal
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
            AND again.place_id IS NOT DISTINCT FROM kept.place_id
            AND again.participant_id IS NOT DISTINCT FROM kept.participant_id
            AND again.participant_name IS NOT DISTINCT FROM kept.participant_name
            AND again.exam_title IS NOT DISTINCT FROM kept.exam_title) AS same
    FROM twice
    JOIN src AS kept ON kept.ordinal = twice.kept_ordinal
    JOIN src AS again ON again.profile_exam_id = twice.profile_exam_id
    WHERE again.ordinal > twice.kept_ordinal AND again.verdict IS NULL
) AS pair
WHERE src.ordinal = pair.ordinal;

CREATE TEMP TABLE seated AS
SELECT room_id, start_time, count(*) AS people,
       max(CASE WHEN target_id IS NULL OR changed THEN 1 ELSE 0 END) AS news
FROM src
WHERE kind = 'seat' AND verdict IS NULL
GROUP BY room_id, start_time;

-- A count that can't be used is no more than a check, either: no row stays for it.
UPDATE src
SET verdict = coalesce(src.verdict, 'check'), target_id = NULL
FROM seated
WHERE src.kind = 'count' AND (src.verdict IS NULL OR src.verdict IN ('bad_record', 'unknown_room', 'hall_mismatch'))
  AND seated.room_id = src.room_id AND seated.start_time = src.start_time;
