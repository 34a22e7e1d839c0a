-- New counts that have a bad entry among the good ones: the feed may not have all of their people.

UPDATE participants
SET sync_status = 'sync_error', sync_error = bad.problem
FROM (SELECT room_id, start_time, min(ordinal) AS ordinal
      FROM odd
      WHERE kind = 'count' AND verdict = 'bad_record' AND target_id IS NULL
      GROUP BY room_id, start_time) AS first
JOIN odd AS bad ON bad.ordinal = first.ordinal
WHERE participants.room_id = first.room_id
  AND participants.exam_date = (SELECT exam_date FROM pass)
  AND participants.start_time = first.start_time
  AND coalesce(participants.external_profile_exam_id, 0) = 0
  AND participants.is_active;
