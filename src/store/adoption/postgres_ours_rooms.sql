-- Of a hall that is not linked nothing can be the same room.
INSERT INTO adopt_ours (external_id, scope, name, address, uid)
SELECT o.external_id, hall.local_key, o.name, NULL, NULL
FROM adoption_links AS hall
JOIN buildings AS b ON b.external_id = hall.external_id
JOIN rooms AS o ON o.building_id = b.id
LEFT JOIN adoption_links AS l ON l.entity = 'rooms' AND l.external_id = o.external_id
WHERE hall.entity = 'buildings' AND hall.local_key IS NOT NULL AND NOT hall.lost
  AND l.local_key IS NULL AND l.rule IS DISTINCT FROM 'new'
