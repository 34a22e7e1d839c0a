-- Rooms of new halls that were refused.
UPDATE project_rooms AS n
SET problem = 'its hall ' || n.parent_external_id || ' is not there'
WHERE n.acts AND n.problem IS NULL AND n.building LIKE '~new %'
  AND NOT EXISTS (SELECT 1 FROM project_keys_buildings AS h WHERE h.external_id = n.parent_external_id)
