-- By where people were and are.
SELECT is_seat, is_same AS is_plain, old_room, max(old_room_name) AS old_room_name, old_hall,
       max(old_hall_name) AS old_hall_name, old_start, CAST(sum(old_people) AS bigint) AS old_people,
       room, max(room_name) AS room_name, hall, max(hall_name) AS hall_name, start, CAST(sum(people) AS bigint) AS people
FROM change
WHERE NOT (is_same AND old_room = room AND old_hall = hall AND old_start = start AND old_people = people)
GROUP BY is_seat, is_same, old_room, old_hall, old_start, room, hall, start
ORDER BY coalesce(old_start, start), coalesce(old_hall, hall), coalesce(old_room, room), start, hall, room, is_seat
