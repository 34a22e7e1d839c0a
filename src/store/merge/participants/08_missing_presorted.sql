-- The same where the feed came in the order of its keys: it has counts only, and src holds but what differs.
CREATE TEMP TABLE unseen AS
SELECT p.id, p.room_id, p.start_time, p.participant_count, p.external_profile_exam_id, p.sync_status, p.sync_error,
       coalesce(p.start_time <= (SELECT begun_through FROM pass), (1 = 0)) AS begun
FROM participants AS p
JOIN rooms AS r ON r.id = p.room_id
WHERE (SELECT active > seen FROM pass)
  AND p.exam_date = (SELECT exam_date FROM pass)
  AND p.is_active
  AND NOT EXISTS (SELECT 1 FROM stage_entry AS s
                  WHERE s.room_external_id = r.external_id AND s.start_time = p.start_time
                    AND s.kind = 'count' AND coalesce(p.external_profile_exam_id, 0) = 0);
