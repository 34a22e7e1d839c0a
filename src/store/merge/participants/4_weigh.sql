-- What the feed and the live rows come to, and the rows that are not alike: unseen, changing, odd, broken.

CREATE TEMP TABLE weighed AS
SELECT *
FROM (SELECT count(CASE WHEN verdict IS NULL AND target_id IS NULL THEN 1 END) AS created,
             coalesce(sum(CASE WHEN verdict IS NULL AND target_id IS NULL THEN participant_count END), 0)
                 AS people_created,
             count(CASE WHEN verdict IS NULL AND changed THEN 1 END) AS updated,
             count(CASE WHEN verdict = 'check'
                          OR (verdict IS NULL AND target_id IS NOT NULL AND NOT changed) THEN 1 END) AS unchanged,
             count(CASE WHEN verdict IS NULL AND was_active THEN 1 END) AS seen,
             count(CASE WHEN verdict IN ('bad_record', 'duplicate', 'unknown_room', 'hall_mismatch') THEN 1 END)
                 AS errored,
             count(CASE verdict WHEN 'bad_record' THEN 1 END) AS bad,
             count(CASE WHEN (kind = 'seat' AND profile_exam_id IS NULL)
                          OR (kind = 'count' AND (room_external_id IS NULL OR start_time IS NULL)) THEN 1 END)
                 AS keyless
      FROM src) AS fed,
     (SELECT count(*) AS active,
             count(CASE WHEN coming THEN 1 END) AS coming,
             coalesce(sum(CASE WHEN coming THEN participant_count END), 0) AS people_coming
      FROM (SELECT participant_count,
                   NOT coalesce(start_time <= (SELECT begun_through FROM pass), (1 = 0)) AS coming
            FROM participants
            WHERE exam_date = (SELECT exam_date FROM pass) AND is_active) AS one) AS live;

-- Active rows that the feed does not hold. When it holds as many as there are, there is none to look for.
CREATE TEMP TABLE unseen AS
SELECT p.id, p.room_id, p.start_time, p.participant_count, p.external_profile_exam_id, p.sync_status,
       coalesce(p.start_time <= (SELECT begun_through FROM pass), (1 = 0)) AS begun
FROM participants AS p
WHERE (SELECT active > seen FROM weighed)
  AND p.exam_date = (SELECT exam_date FROM pass)
  AND p.is_active
  AND NOT EXISTS (SELECT 1 FROM src
                  WHERE src.target_id = p.id AND (src.verdict IS NULL OR src.verdict <> 'check'));

-- Those whose absence counts: where every key could be read.
CREATE TEMP TABLE gone AS
SELECT * FROM unseen WHERE (SELECT keyless = 0 FROM weighed);

-- The live rows that change, as they are now, beside what they become.
CREATE TEMP TABLE changing AS
SELECT s.ordinal, p.id, p.room_id AS old_room_id, p.start_time AS old_start_time,
       p.participant_count AS old_count, p.is_active AS was_active,
       coalesce(p.start_time <= (SELECT begun_through FROM pass), (1 = 0)) AS begun,
       s.room_id, s.start_time, s.participant_count, s.profile_exam_id,
       p.participant_name AS old_name, s.participant_name
FROM src AS s
JOIN participants AS p ON p.id = s.target_id
WHERE (SELECT updated > 0 FROM weighed) AND s.verdict IS NULL AND s.changed;

-- Everything in the feed that a person must hear of.
CREATE TEMP TABLE odd AS
SELECT * FROM src
WHERE verdict IN ('bad_record', 'duplicate', 'unknown_room', 'hall_mismatch', 'check')
   OR (verdict IS NULL AND (notice IS NOT NULL OR NOT room_is_active));

-- Live rows whose only record is a bad one: they keep their values.
CREATE TEMP TABLE broken AS
SELECT bad.target_id, bad.problem
FROM (SELECT target_id, min(ordinal) AS ordinal
      FROM odd
      WHERE target_id IS NOT NULL AND verdict IN ('bad_record', 'unknown_room', 'hall_mismatch')
      GROUP BY target_id) AS first
JOIN odd AS bad ON bad.ordinal = first.ordinal
WHERE NOT EXISTS (SELECT 1 FROM src AS good WHERE good.target_id = first.target_id AND good.verdict IS NULL);
