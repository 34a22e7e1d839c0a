-- The rooms that go because the feed does not hold them. A feed that holds as many active rooms as there are misses
-- none.
CREATE TEMP TABLE gone_room AS
SELECT r.id AS room_id, r.external_id, r.name, b.external_id AS hall_external_id
FROM rooms AS r
JOIN buildings AS b ON b.id = r.building_id
WHERE (SELECT active > seen FROM weighed)
  AND r.is_active
  AND NOT EXISTS (SELECT 1 FROM stage_place AS s
                  WHERE s.kind = 'room' AND s.external_id = r.external_id
                    AND (s.verdict IS NULL OR s.verdict = 'aside'))
  AND (r.building_id IN (SELECT building_id FROM closing)
       OR (r.building_id IN (SELECT building_id FROM judged)
           AND NOT EXISTS (SELECT 1 FROM stage_place AS s
                           WHERE s.kind = 'room' AND s.external_id = r.external_id)));
