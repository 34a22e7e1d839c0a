-- Halls and rooms that go while people are assigned to them.

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
