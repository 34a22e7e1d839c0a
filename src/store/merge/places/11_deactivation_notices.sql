-- Halls and rooms that go: those that come back under another id, and those that people are assigned to.

-- A hall that goes, and the first that comes with its uid: new, or one that was inactive.
CREATE TEMP TABLE recreated AS
SELECT gone.row_id AS building_id, gone.subject, back.external_id, back.name, back.ordinal
FROM change AS gone
JOIN buildings AS b ON b.id = gone.row_id
JOIN (SELECT external_uid, min(ordinal) AS ordinal
      FROM src_hall
      WHERE is_active AND (building_id IS NULL OR NOT was_active) AND external_uid <> ''
      GROUP BY external_uid) AS first ON first.external_uid = b.external_uid
JOIN src_hall AS back ON back.ordinal = first.ordinal
WHERE gone.entity = 'hall' AND gone.action = 'deactivated';

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', 'exam_halls', 'hall_recreated',
       recreated.subject || ' is gone and comes back as hall ' || recreated.external_id || ' (' || isolated(recreated.name)
       || ') with the same uid: what is entered for it here (code, description) stays with the old one'
       || coalesce(', and so do ' || assigned.people || ' people until their participants are pulled', ''),
       recreated.external_id, 'data[' || s.position || ']', recreated.ordinal, (1 = 1), (1 = 0)
FROM recreated
JOIN stage_place AS s ON s.ordinal = recreated.ordinal AND s.kind = 'hall'
LEFT JOIN (SELECT building_id, CAST(sum(participant_count) AS bigint) AS people
           FROM participants
           WHERE is_active AND exam_date >= (SELECT today FROM pass)
             AND building_id IN (SELECT building_id FROM recreated)
             AND room_id NOT IN (SELECT row_id FROM change WHERE entity = 'room' AND action = 'moved')
           GROUP BY building_id) AS assigned ON assigned.building_id = recreated.building_id;

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
        AND p.building_id NOT IN (SELECT building_id FROM recreated)
      GROUP BY p.room_id
      UNION ALL
      SELECT 'hall', p.building_id, CAST(sum(p.participant_count) AS bigint)
      FROM participants AS p
      WHERE p.is_active AND p.exam_date >= (SELECT today FROM pass)
        AND p.building_id IN (SELECT row_id FROM change WHERE entity = 'hall' AND action = 'deactivated')
        AND p.building_id NOT IN (SELECT building_id FROM recreated)
        -- Whose room moves to another hall goes with it.
        AND p.room_id NOT IN (SELECT row_id FROM change WHERE entity = 'room' AND action = 'moved')
      GROUP BY p.building_id) AS left_behind
  ON left_behind.entity = c.entity AND left_behind.row_id = c.row_id
WHERE c.action = 'deactivated';
