(SELECT p.*, coalesce(h.made_key, p.building) AS building_key
      FROM project_rooms AS p
      LEFT JOIN project_keys_buildings AS h ON h.external_id = p.parent_external_id)
