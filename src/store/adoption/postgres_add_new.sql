-- Every hall and room has a link, also where nothing is there yet.
INSERT INTO adoption_links (entity, external_id)
SELECT 'buildings', b.external_id FROM buildings AS b
WHERE NOT EXISTS (SELECT 1 FROM adoption_links AS l WHERE l.entity = 'buildings' AND l.external_id = b.external_id)
UNION ALL
SELECT 'rooms', r.external_id FROM rooms AS r
WHERE NOT EXISTS (SELECT 1 FROM adoption_links AS l WHERE l.entity = 'rooms' AND l.external_id = r.external_id)
