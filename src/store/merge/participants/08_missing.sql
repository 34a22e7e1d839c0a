-- Active rows that the feed does not hold. When it holds as many as there are, there is none to look for.
CREATE TEMP TABLE unseen AS
SELECT p.id, p.room_id, p.start_time, p.participant_count, p.external_profile_exam_id, p.sync_status, p.sync_error,
       coalesce(p.start_time <= (SELECT begun_through FROM pass), (1 = 0)) AS begun
FROM participants AS p
WHERE (SELECT active > seen FROM pass)
  AND p.exam_date = (SELECT exam_date FROM pass)
  AND p.is_active
  AND NOT EXISTS (SELECT 1 FROM src
                  WHERE src.target_id = p.id
                    -- Whether the kept one of several with one key is a check, it says itself.
                    AND (src.verdict IS NULL OR src.verdict NOT IN ('check', 'repeat', 'duplicate')));
