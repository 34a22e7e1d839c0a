-- People by the rows that have not begun: how many there are, and how many the pass takes and brings.
-- Begun rows do not count: neither what they have nor what they lose.
SELECT (SELECT count(*) FROM participants
        WHERE exam_date = (SELECT exam_date FROM pass) AND is_active
          AND NOT coalesce(start_time <= (SELECT begun_through FROM pass), (1 = 0))) AS rows_before,
       (SELECT coalesce(CAST(sum(participant_count) AS bigint), 0) FROM participants
        WHERE exam_date = (SELECT exam_date FROM pass) AND is_active
          AND NOT coalesce(start_time <= (SELECT begun_through FROM pass), (1 = 0))) AS people_before,
       (SELECT count(*) FROM gone WHERE NOT begun) AS rows_gone,
       (SELECT count(*) FROM src WHERE verdict IS NULL AND target_id IS NULL)
         + (SELECT count(*) FROM changing WHERE NOT was_active) AS rows_gained,
       (SELECT coalesce(CAST(sum(participant_count) AS bigint), 0) FROM gone WHERE NOT begun)
         + (SELECT coalesce(CAST(sum(old_count - participant_count) AS bigint), 0)
            FROM changing WHERE was_active AND NOT begun)
         - (SELECT coalesce(CAST(sum(participant_count) AS bigint), 0)
            FROM src WHERE verdict IS NULL AND target_id IS NULL)
         - (SELECT coalesce(CAST(sum(participant_count) AS bigint), 0)
            FROM changing WHERE NOT was_active) AS people_lost
