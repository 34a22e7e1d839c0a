-- The rooms of the feed beside the live ones. A room is found by its own id, wherever it was before.

CREATE TEMP TABLE src_room AS
SELECT s.ordinal, s.uid, s.external_id, s.name, s.capacity,
       hall.external_id AS hall_external_id,
       hall.name AS hall_name,
       (s.says_active AND s.deleted_at IS NULL AND hall.is_active) AS is_active,
       s.deleted_at AS given_deleted_at,
       r.id AS room_id,
       r.name AS old_name,
       r.capacity AS old_capacity,
       r.is_active AS was_active,
       b.external_id AS old_hall_external_id,
       b.name AS old_hall_name,
       (r.id IS NOT NULL
        AND (s.name <> r.name
             OR s.capacity <> r.capacity
             OR hall.external_id <> b.external_id
             OR (s.says_active AND s.deleted_at IS NULL AND hall.is_active) <> r.is_active
             OR (s.deleted_at IS NOT NULL AND s.deleted_at IS DISTINCT FROM r.deleted_at))) AS changed
FROM stage_place AS s
JOIN stage_place AS parent ON parent.ordinal = s.parent AND parent.kind <> 'room'
JOIN src_hall AS hall ON hall.external_id = parent.external_id
LEFT JOIN rooms AS r ON r.external_id = s.external_id
LEFT JOIN buildings AS b ON b.id = r.building_id
WHERE s.kind = 'room' AND s.verdict IS NULL;

-- When the feed holds as many active rooms as there are, there is none to look for.
CREATE TEMP TABLE gone_room AS
SELECT r.id AS room_id, r.external_id, r.name, r.building_id
FROM rooms AS r
WHERE (SELECT count(*) FROM rooms WHERE is_active) > (SELECT count(*) FROM src_room WHERE was_active)
  AND r.is_active
  AND NOT EXISTS (SELECT 1 FROM stage_place AS s
                  WHERE s.kind = 'room' AND s.external_id = r.external_id
                    AND (s.verdict IS NULL OR s.verdict = 'aside'))
  AND (r.building_id IN (SELECT building_id FROM closing)
       OR (r.building_id IN (SELECT building_id FROM judged)
           AND NOT EXISTS (SELECT 1 FROM stage_place AS s
                           WHERE s.kind = 'room' AND s.external_id = r.external_id)));

-- Every active row that this pass would deactivate, for whatever reason: what the guard judges.
CREATE TEMP TABLE going AS
SELECT 'hall' AS kind, building_id AS id, building_id, external_id, name FROM gone_hall
UNION ALL
SELECT 'hall', building_id, building_id, external_id, name FROM src_hall WHERE was_active AND NOT is_active
UNION ALL
SELECT 'room', room_id, building_id, external_id, name FROM gone_room
UNION ALL
SELECT 'room', s.room_id, r.building_id, s.external_id, r.name
FROM src_room AS s JOIN rooms AS r ON r.id = s.room_id
WHERE s.was_active AND NOT s.is_active;
