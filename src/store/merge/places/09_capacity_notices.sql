-- Rooms that become too small for the people who are assigned to them.

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', 'hall_rooms', 'capacity_below_assigned',
       'room ' || s.external_id || ' (' || s.name || ', ' || s.hall_name || ') now has ' || s.capacity
       || ' seats, but ' || worst.people || ' people are assigned to it at one time',
       s.external_id, NULL, s.ordinal, (1 = 1), (1 = 1)
FROM src_room AS s
JOIN (SELECT room_id, max(people) AS people
      FROM (SELECT p.room_id, CAST(sum(p.participant_count) AS bigint) AS people
            FROM participants AS p
            JOIN src_room AS fallen ON fallen.room_id = p.room_id AND fallen.capacity < fallen.old_capacity
            WHERE p.is_active AND p.exam_date >= (SELECT today FROM pass)
            GROUP BY p.room_id, p.exam_date, p.start_time) AS slot
      GROUP BY room_id) AS worst ON worst.room_id = s.room_id
WHERE s.capacity < s.old_capacity AND worst.people > s.capacity;
