-- What is to be reported of the feed, and the live rows that have a bad record.

-- The entries that are to be reported, and where they stand in the feed; 06_count.sql counts them.
CREATE TEMP TABLE odd AS
SELECT *, 'data[' || (ordinal >> 32) || ']'
          || CASE WHEN (ordinal & 4294967295) = 0 THEN ''
                  ELSE '.participants[' || ((ordinal & 4294967295) - 1) || ']' END AS path
FROM src
WHERE (SELECT odd > 0 FROM pass)
  AND (verdict IN ('bad_record', 'duplicate', 'unknown_room', 'hall_mismatch', 'check')
       OR (verdict IS NULL AND (notice IS NOT NULL OR NOT room_is_active))
       OR (verdict = 'added' AND notice IS NOT NULL) OR kind = 'repeat');

-- Rows whose only record is a bad one keep their values and are marked. A count whose other entries are good is marked,
-- too, because the feed may not have all of its people.
CREATE TEMP TABLE broken AS
WITH bad AS (
    SELECT odd.*, EXISTS (SELECT 1 FROM src AS good
                          WHERE good.target_id = odd.target_id AND good.verdict IS NULL) AS beside_good
    FROM odd
    WHERE target_id IS NOT NULL AND verdict IN ('bad_record', 'unknown_room', 'hall_mismatch')
)
SELECT bad.target_id, bad.problem, bad.beside_good
FROM (SELECT target_id, min(ordinal) AS ordinal
      FROM bad
      WHERE NOT beside_good OR (kind = 'count' AND verdict = 'bad_record')
      GROUP BY target_id) AS first
JOIN bad ON bad.ordinal = first.ordinal;
