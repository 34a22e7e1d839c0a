INSERT INTO adopt_ours (external_id, scope, name, address, uid)
SELECT o.external_id, '', o.name, o.address, o.external_uid
FROM buildings AS o
LEFT JOIN adoption_links AS l ON l.entity = 'buildings' AND l.external_id = o.external_id
WHERE l.local_key IS NULL AND l.rule IS DISTINCT FROM 'new'
