  AND building_id IN (
      SELECT id FROM buildings
      WHERE external_id IN (SELECT (item.value ->> 'hall')::bigint FROM json_each($3) AS item))
