INSERT INTO adopt_ours (external_id, scope, name, address, uid)
SELECT l.external_id, '', o.name, o.address, o.external_uid
FROM adoption_links AS l
JOIN buildings AS o ON o.external_id = l.external_id
WHERE l.entity = 'buildings' AND l.local_key IS NULL AND l.rule IS DISTINCT FROM 'new'
