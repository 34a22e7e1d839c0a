-- The rows that are not alike in the feed and here, besides the unseen ones: gone, changing, odd, broken.

-- Those whose absence counts: where every key could be read. Being marked as absent is what keeps that from being told
-- again.
CREATE TEMP TABLE gone AS
SELECT *, coalesce(sync_status = 'sync_error' AND sync_error = 'absent from the feed after its start', (1 = 0)) AS marked
FROM unseen
WHERE (SELECT keyless = 0 FROM pass);

-- The live rows that change, as they are now, beside what they become.
CREATE TEMP TABLE changing AS
SELECT s.ordinal, p.id, p.room_id AS old_room_id, p.start_time AS old_start_time,
       p.participant_count AS old_count, p.is_active AS was_active,
       coalesce(p.start_time <= (SELECT begun_through FROM pass), (1 = 0)) AS begun,
       s.room_id, s.start_time, s.participant_count, s.profile_exam_id,
       p.participant_name AS old_name, s.participant_name
FROM src AS s
JOIN participants AS p ON p.id = s.target_id
WHERE (SELECT updated > 0 FROM pass) AND s.verdict IS NULL AND s.changed;

-- Everything in the feed that a person must hear of, and where it stands there; 06_count.sql counts it.
CREATE TEMP TABLE odd AS
SELECT *, 'data[' || (ordinal >> 32) || ']'
          || CASE WHEN (ordinal & 4294967295) = 0 THEN ''
                  ELSE '.participants[' || ((ordinal & 4294967295) - 1) || ']' END AS path
FROM src
WHERE (SELECT odd > 0 FROM pass)
  AND (verdict IN ('bad_record', 'duplicate', 'unknown_room', 'hall_mismatch', 'check')
       OR (verdict IS NULL AND (notice IS NOT NULL OR NOT room_is_active)));

-- Live rows whose only record is a bad one: they keep their values.
CREATE TEMP TABLE broken AS
SELECT bad.target_id, bad.problem
FROM (SELECT target_id, min(ordinal) AS ordinal
      FROM odd
      WHERE target_id IS NOT NULL AND verdict IN ('bad_record', 'unknown_room', 'hall_mismatch')
      GROUP BY target_id) AS first
JOIN odd AS bad ON bad.ordinal = first.ordinal
WHERE NOT EXISTS (SELECT 1 FROM src AS good WHERE good.target_id = first.target_id AND good.verdict IS NULL);
