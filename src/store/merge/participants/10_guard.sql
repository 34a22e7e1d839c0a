-- People by the rows that have not begun: how many there are, and how many the pass takes and brings.
-- Begun rows do not count: neither what they have nor what they lose. People who come or move to a start that has passed
-- are not lost, but such a row is none that the date would be left with.
WITH moved AS (
    SELECT was_active, begun, participant_count,
           coalesce(start_time <= (SELECT begun_through FROM pass), (1 = 0)) AS will_have_begun
    FROM changing
),
gained AS (
    SELECT participant_count, coalesce(start_time <= (SELECT begun_through FROM pass), (1 = 0)) AS will_have_begun
    FROM src WHERE verdict IS NULL AND target_id IS NULL
    UNION ALL
    SELECT participant_count, will_have_begun FROM moved
    WHERE NOT was_active OR (begun AND NOT will_have_begun)
)
SELECT coming AS rows_before,
       CAST(people_coming AS bigint) AS people_before,
       (SELECT count(*) FROM gone WHERE NOT begun)
           + (SELECT count(*) FROM moved WHERE was_active AND NOT begun AND will_have_begun) AS rows_gone,
       (SELECT count(*) FROM gained WHERE NOT will_have_begun) AS rows_gained,
       CAST((SELECT coalesce(sum(participant_count), 0) FROM gone WHERE NOT begun)
            + (SELECT coalesce(sum(old_count - participant_count), 0) FROM changing WHERE was_active AND NOT begun)
            - (SELECT coalesce(sum(participant_count), 0) FROM gained) AS bigint) AS people_lost
FROM pass
