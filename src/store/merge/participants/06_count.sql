-- What the feed and the live rows come to, kept with the facts of the pass for later steps. Of a presorted feed, src
-- holds only what differs: the other entries are unchanged or, on a first load, plainly new.

UPDATE pass
SET (created, plain, updated, unchanged, seen, overfull, odd, doubtful, errored, bad, added, keyless,
     active, coming, people_coming, due, failed) = (
SELECT created + plain, plain, updated, unchanged + alike, seen + alike, overfull, odd, doubtful, errored,
       bad, added, keyless, active, coming, people_coming, due, failed
FROM (SELECT count(CASE WHEN verdict IS NULL AND target_id IS NULL THEN 1 END) AS created,
             count(CASE WHEN verdict IS NULL AND changed THEN 1 END) AS updated,
             count(CASE WHEN verdict = 'check'
                          OR (verdict IS NULL AND target_id IS NOT NULL AND NOT changed) THEN 1 END)
                 AS unchanged,
             count(CASE WHEN verdict IS NULL AND was_active THEN 1 END) AS seen,
             coalesce((SELECT presorted_records FROM pass WHERE NOT first_load) - count(*), 0) AS alike,
             coalesce((SELECT presorted_records FROM pass WHERE first_load) - count(*), 0) AS plain,
             count(CASE WHEN verdict IS NULL AND participant_count > capacity THEN 1 END) AS overfull,
             count(CASE WHEN verdict IN ('bad_record', 'duplicate', 'unknown_room', 'hall_mismatch', 'check')
                          OR (verdict IS NULL AND (notice IS NOT NULL OR NOT room_is_active))
                          OR (verdict = 'added' AND notice IS NOT NULL) OR kind = 'repeat' THEN 1 END) AS odd,
             count(CASE WHEN verdict IS NOT NULL AND target_id IS NOT NULL THEN 1 END) AS doubtful,
             count(CASE WHEN verdict IN ('bad_record', 'duplicate', 'unknown_room', 'hall_mismatch') THEN 1 END)
                 AS errored,
             count(CASE WHEN verdict IN ('bad_record', 'duplicate') THEN 1 END) AS bad,
             count(CASE verdict WHEN 'added' THEN 1 END) AS added,
             count(CASE WHEN (kind = 'seat' AND profile_exam_id IS NULL)
                          OR (kind = 'count' AND (room_external_id IS NULL OR start_time IS NULL)) THEN 1 END)
                 AS keyless
      FROM src) AS fed,
     (SELECT count(*) AS active,
             count(CASE WHEN coming THEN 1 END) AS coming,
             coalesce(sum(CASE WHEN coming THEN participant_count END), 0) AS people_coming,
             count(CASE WHEN due THEN 1 END) AS due,
             count(CASE sync_status WHEN 'sync_error' THEN 1 END) AS failed
      FROM (SELECT participant_count, sync_status,
                   (last_synced_at IS NULL OR last_synced_at < (SELECT stamp_before FROM pass)) AS due,
                   NOT coalesce(start_time <= (SELECT begun_through FROM pass), (1 = 0)) AS coming
            FROM participants
            WHERE exam_date = (SELECT exam_date FROM pass) AND is_active) AS one) AS live)
RETURNING created, plain, updated, unchanged, errored, bad, added, odd, doubtful, overfull, active, seen, due, failed,
          lists_created
