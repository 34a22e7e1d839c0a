-- The links as they are now. What has a problem stays due.
UPDATE adoption_links AS l
SET local_key = coalesce(l.local_key, k.made_key), rule = coalesce(l.rule, 'made'), was_active = n.active,
    due = false, lost = false, problem = NULL
FROM project_{entity} AS n
LEFT JOIN project_keys_{entity} AS k ON k.external_id = n.external_id
WHERE l.entity = '{entity}' AND l.external_id = n.external_id AND n.acts AND n.problem IS NULL;

UPDATE adoption_links AS l
SET due = true, lost = n.is_lost, problem = n.problem
FROM project_{entity} AS n
WHERE l.entity = '{entity}' AND l.external_id = n.external_id AND n.problem IS NOT NULL
  AND (NOT l.due OR l.lost <> n.is_lost OR l.problem IS DISTINCT FROM n.problem);

UPDATE adoption_links AS l
SET due = false, lost = false, problem = NULL, was_active = o.is_active
FROM {entity} AS o
WHERE l.entity = '{entity}' AND l.due AND o.external_id = l.external_id
  AND NOT EXISTS (SELECT 1 FROM project_{entity} AS n WHERE n.external_id = l.external_id)
