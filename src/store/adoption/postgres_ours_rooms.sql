-- Of a hall that is not linked nothing can be the same room.
INSERT INTO adopt_ours (external_id, scope, name, address, uid)
SELECT l.external_id, hall.local_key, o.name, NULL, NULL
FROM adoption_links AS l
JOIN rooms AS o ON o.external_id = l.external_id
JOIN buildings AS b ON b.id = o.building_id
JOIN adoption_links AS hall ON hall.entity = 'buildings' AND hall.external_id = b.external_id
WHERE l.entity = 'rooms' AND l.local_key IS NULL AND l.rule IS DISTINCT FROM 'new'
  AND hall.local_key IS NOT NULL AND NOT hall.lost
