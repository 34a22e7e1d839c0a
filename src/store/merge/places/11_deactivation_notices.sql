-- Halls and rooms that go while people are assigned to them.

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', CASE c.entity WHEN 'hall' THEN 'exam_halls' ELSE 'hall_rooms' END,
       'deactivated_with_participants',
       c.subject || ' is deactivated, but ' || left_behind.people
       || ' people are still assigned to it today or later',
       c.external_id, NULL, NULL, (1 = 1), (1 = 1)
FROM change AS c
JOIN (SELECT 'room' AS entity, p.room_id AS row_id, CAST(sum(p.participant_count) AS bigint) AS people
      FROM participants AS p
      WHERE p.is_active AND p.exam_date >= (SELECT today FROM pass)
        AND p.room_id IN (SELECT row_id FROM change WHERE entity = 'room' AND action = 'deactivated')
      GROUP BY p.room_id
      UNION ALL
      SELECT 'hall', p.building_id, CAST(sum(p.participant_count) AS bigint)
      FROM participants AS p
      WHERE p.is_active AND p.exam_date >= (SELECT today FROM pass)
        AND p.building_id IN (SELECT row_id FROM change WHERE entity = 'hall' AND action = 'deactivated')
        -- People whose room moves to another hall go with it.
        AND p.room_id NOT IN (SELECT row_id FROM change WHERE entity = 'room' AND action = 'moved')
      GROUP BY p.building_id) AS left_behind
  ON left_behind.entity = c.entity AND left_behind.row_id = c.row_id
WHERE c.action = 'deactivated';
