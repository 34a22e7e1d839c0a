-- What the pass lets go, before it writes anything else: a name that is free then is no double.
UPDATE rooms SET is_active = (1 = 0)
WHERE is_active
  AND EXISTS (SELECT 1 FROM stage_place WHERE kind = 'hall')
  AND NOT EXISTS (SELECT 1 FROM stage_place WHERE external_id IS NULL)
  AND NOT EXISTS (SELECT 1 FROM stage_place AS s WHERE s.kind = 'room' AND s.external_id = rooms.external_id);

UPDATE buildings SET is_active = (1 = 0)
WHERE is_active
  AND EXISTS (SELECT 1 FROM stage_place WHERE kind = 'hall')
  AND NOT EXISTS (SELECT 1 FROM stage_place WHERE external_id IS NULL)
  AND NOT EXISTS (SELECT 1 FROM stage_place AS s WHERE s.kind = 'hall' AND s.external_id = buildings.external_id)
