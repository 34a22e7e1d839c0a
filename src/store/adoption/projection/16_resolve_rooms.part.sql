UPDATE project_rooms AS n
SET building = hall.local_key, c{number} = hall.local_key,
    problem = CASE WHEN hall.local_key IS NULL THEN coalesce(n.problem, 'its hall ' || n.parent_external_id || ' is not there')
                   ELSE n.problem END
FROM adoption_links AS hall
WHERE hall.entity = 'buildings' AND hall.external_id = n.parent_external_id AND n.building LIKE '~new %'
