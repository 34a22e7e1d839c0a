-- The rooms at a start time that need a second look: counted twice, with seats, or with more people than seats.
-- Most feeds have few. Where there is none, neither 05_add_up.sql nor 05_deduplicate.sql is run.

CREATE TEMP TABLE crowded AS
SELECT room_id, start_time,
       count(CASE kind WHEN 'count' THEN 1 END) AS counts,
       count(CASE kind WHEN 'seat' THEN 1 END) AS seats
FROM src
WHERE verdict IS NULL
GROUP BY room_id, start_time
HAVING count(CASE kind WHEN 'count' THEN 1 END) > 1
    OR count(CASE kind WHEN 'seat' THEN 1 END) > 0
    OR sum(participant_count) > max(capacity);
