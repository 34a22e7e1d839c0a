, person AS (
    SELECT change.*, count(*) OVER (PARTITION BY old_room, old_hall, old_start, room, hall, start) AS together
    FROM change
    WHERE is_seat AND NOT (is_same AND old_room = room AND old_hall = hall)
)
SELECT count(*) OVER () AS total, coalesce(number, old_number, CAST(profile AS text)) AS number,
       old_number, old_name, name, was_there, is_there,
       old_room, old_room_name, old_hall, old_hall_name, old_start, old_place,
       room, room_name, hall, hall_name, start, place
FROM person
-- Those who moved together from one room to another are one line, and so are those who are only new or gone together.
WHERE (room IS NOT DISTINCT FROM old_room OR together < $6)
  AND (NOT $7 OR EXISTS (SELECT 1 FROM json_each($8) AS item
                         WHERE (item.value ->> 'id')::bigint = old_hall OR (item.value ->> 'id')::bigint = hall))
ORDER BY coalesce(old_hall, hall), coalesce(old_start, start), coalesce(old_room, room), coalesce(old_place, place), number
LIMIT $9
