-- The same where the feed came in the order of its keys: no room is listed twice, and there are no seats.

CREATE TEMP TABLE crowded AS
SELECT room_id, start_time, 1 AS counts, 0 AS seats
FROM src
WHERE verdict IS NULL AND participant_count > capacity;
