-- What a person must hear of, told before anything is applied, while old and new stand side by side.

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'error', CASE s.kind WHEN 'hall' THEN 'exam_halls' ELSE 'hall_rooms' END, s.verdict,
       s.kind || coalesce(' ' || s.external_id, '') || ': ' || s.problem,
       s.external_id,
       CASE s.kind WHEN 'hall' THEN 'data[' || s.position || ']'
                   ELSE coalesce('data[' || hall.position || '].rooms[' || s.position || ']',
                                 'data[' || s.position || ']') END,
       s.ordinal, (1 = 1), (1 = 0)
FROM stage_place AS s
LEFT JOIN stage_place AS hall ON hall.ordinal = s.parent AND hall.kind = 'hall'
WHERE s.verdict IN ('bad_record', 'duplicate');

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', CASE s.kind WHEN 'hall' THEN 'exam_halls' ELSE 'hall_rooms' END, 'bad_optional_field',
       s.kind || ' ' || s.external_id || ': ' || s.notice,
       s.external_id,
       CASE s.kind WHEN 'hall' THEN 'data[' || s.position || ']'
                   ELSE coalesce('data[' || hall.position || '].rooms[' || s.position || ']',
                                 'data[' || s.position || ']') END,
       s.ordinal,
       coalesce(src_hall.changed OR src_hall.building_id IS NULL, src_room.changed OR src_room.room_id IS NULL),
       (1 = 0)
FROM stage_place AS s
LEFT JOIN stage_place AS hall ON hall.ordinal = s.parent AND hall.kind = 'hall'
LEFT JOIN src_hall ON src_hall.ordinal = s.ordinal
LEFT JOIN src_room ON src_room.ordinal = s.ordinal
WHERE s.verdict IS NULL AND s.notice IS NOT NULL;

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

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', CASE g.kind WHEN 'hall' THEN 'exam_halls' ELSE 'hall_rooms' END,
       'deactivated_with_participants',
       g.kind || ' ' || g.external_id || ' (' || g.name || ') is deactivated, but ' || left_behind.people
       || ' people are still assigned to it today or later',
       g.external_id, NULL, NULL, (1 = 1), (1 = 1)
FROM going AS g
JOIN (SELECT 'room' AS kind, p.room_id AS id, CAST(sum(p.participant_count) AS bigint) AS people
      FROM participants AS p
      WHERE p.is_active AND p.exam_date >= (SELECT today FROM pass)
        AND p.room_id IN (SELECT id FROM going WHERE kind = 'room')
      GROUP BY p.room_id
      UNION ALL
      SELECT 'hall', p.building_id, CAST(sum(p.participant_count) AS bigint)
      FROM participants AS p
      WHERE p.is_active AND p.exam_date >= (SELECT today FROM pass)
        AND p.building_id IN (SELECT id FROM going WHERE kind = 'hall')
        -- Whose room moves to another hall goes with it.
        AND p.room_id NOT IN (SELECT room_id FROM src_room
                              WHERE room_id IS NOT NULL AND hall_external_id <> old_hall_external_id)
      GROUP BY p.building_id) AS left_behind
  ON left_behind.kind = g.kind AND left_behind.id = g.id;
