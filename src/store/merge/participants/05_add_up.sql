-- Several counts of one room and start are one record: the first has the people and titles of all of them, the others
-- are added to it (verdict added: not counted). Titles are sorted, so that the order of the entries changes nothing.

CREATE TEMP TABLE shared AS
WITH counted AS (
    SELECT src.*
    FROM crowded
    JOIN src ON src.room_id = crowded.room_id AND src.start_time = crowded.start_time
    WHERE crowded.counts > 1 AND src.kind = 'count' AND src.verdict IS NULL
),
sums AS (
    SELECT room_id, start_time, min(ordinal) AS first_ordinal, max(target_id) AS target_id,
           max(building_id) AS building_id, count(*) AS entries, CAST(sum(participant_count) AS bigint) AS people
    FROM counted
    GROUP BY room_id, start_time
),
titles AS (
    SELECT room_id, start_time, string_agg(exam_title, ' / ' ORDER BY exam_title) AS exam_title
    FROM (SELECT DISTINCT room_id, start_time, exam_title FROM counted WHERE exam_title <> '') AS different
    GROUP BY room_id, start_time
)
SELECT sums.room_id, sums.start_time, sums.first_ordinal, sums.entries, sums.people, titles.exam_title,
       (p.id IS NOT NULL
        AND (sums.people <> p.participant_count
             OR titles.exam_title IS DISTINCT FROM p.exam_title
             OR NOT p.is_active
             OR sums.building_id <> p.building_id)) AS changed
FROM sums
LEFT JOIN titles ON titles.room_id = sums.room_id AND titles.start_time = sums.start_time
LEFT JOIN participants AS p ON p.id = sums.target_id AND p.exam_date = (SELECT exam_date FROM pass);

-- More people than a row can hold: no entry is better than another.
UPDATE src
SET verdict = 'bad_record',
    problem = 'the ' || shared.entries || ' entries of the room at ' || shared.start_time || ' count '
              || shared.people || ' people, which is more than 2147483647'
FROM shared
WHERE shared.people > 2147483647
  AND src.room_id = shared.room_id AND src.start_time = shared.start_time
  AND src.kind = 'count' AND src.verdict IS NULL;

UPDATE src
SET verdict = CASE WHEN src.ordinal > shared.first_ordinal THEN 'added' END,
    participant_count = CAST(shared.people AS integer),
    exam_title = shared.exam_title,
    changed = shared.changed
FROM shared
WHERE shared.people <= 2147483647
  AND src.room_id = shared.room_id AND src.start_time = shared.start_time
  AND src.kind = 'count' AND src.verdict IS NULL;
