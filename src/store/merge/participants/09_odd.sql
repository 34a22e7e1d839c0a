-- What is to be reported of the feed, and the live rows that have only a bad record.

-- The entries that are to be reported, and where they stand in the feed; 06_count.sql counts them.
CREATE TEMP TABLE odd AS
SELECT *, 'data[' || (ordinal >> 32) || ']'
          || CASE WHEN (ordinal & 4294967295) = 0 THEN ''
                  ELSE '.participants[' || ((ordinal & 4294967295) - 1) || ']' END AS path
FROM src
WHERE (SELECT odd > 0 FROM pass)
  AND (verdict IN ('bad_record', 'duplicate', 'unknown_room', 'hall_mismatch', 'check')
       OR (verdict IS NULL AND (notice IS NOT NULL OR NOT room_is_active)));

-- These rows keep their values.
CREATE TEMP TABLE broken AS
SELECT bad.target_id, bad.problem
FROM (SELECT target_id, min(ordinal) AS ordinal
      FROM odd
      WHERE target_id IS NOT NULL AND verdict IN ('bad_record', 'unknown_room', 'hall_mismatch')
      GROUP BY target_id) AS first
JOIN odd AS bad ON bad.ordinal = first.ordinal
WHERE NOT EXISTS (SELECT 1 FROM src AS good WHERE good.target_id = first.target_id AND good.verdict IS NULL);
