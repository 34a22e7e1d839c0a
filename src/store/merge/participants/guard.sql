-- People by the rows that have not begun: how many there are, and how many the pass takes and brings.
-- Begun rows do not count: neither what they have nor what they lose.
SELECT coming AS rows_before,
       CAST(people_coming AS bigint) AS people_before,
       (SELECT count(*) FROM gone WHERE NOT begun) AS rows_gone,
       created + (SELECT count(*) FROM changing WHERE NOT was_active) AS rows_gained,
       CAST((SELECT coalesce(sum(participant_count), 0) FROM gone WHERE NOT begun)
            + (SELECT coalesce(sum(old_count - participant_count), 0) FROM changing WHERE was_active AND NOT begun)
            - people_created
            - (SELECT coalesce(sum(participant_count), 0) FROM changing WHERE NOT was_active) AS bigint) AS people_lost
FROM pass
