-- What this pass would deactivate.

-- When the feed holds as many active rooms as there are, there is none to look for.
CREATE TEMP TABLE gone_room AS
SELECT r.id AS room_id, r.external_id, r.name, r.building_id
FROM rooms AS r
WHERE (SELECT active > seen FROM weighed)
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
