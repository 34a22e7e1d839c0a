-- Rows that have no link yet get one as it is now, so that each is written once. After what updates links.
INSERT INTO adoption_links (entity, external_id, local_key, rule, was_active, due, problem)
SELECT '{entity}', o.external_id, k.made_key, CASE WHEN k.made_key IS NOT NULL THEN 'made' END,
       CASE WHEN n.problem IS NULL THEN o.is_active END, n.problem IS NOT NULL, n.problem
FROM {entity} AS o
LEFT JOIN project_{entity} AS n ON n.external_id = o.external_id
LEFT JOIN project_keys_{entity} AS k ON k.external_id = o.external_id
WHERE NOT EXISTS (SELECT 1 FROM adoption_links AS l WHERE l.entity = '{entity}' AND l.external_id = o.external_id)
