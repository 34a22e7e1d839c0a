-- What 04_ambiguous_slots.sql finds in other feeds: the records of more people than seats. No room is listed twice.

CREATE TEMP TABLE crowded AS
SELECT room_id, start_time, 1 AS counts, 0 AS seats
FROM src
WHERE (SELECT overfull > 0 FROM pass) AND verdict IS NULL AND participant_count > capacity;
