-- What has no candidate any more waits no longer.
UPDATE adoption_links AS l
SET rule = NULL, due = true, problem = NULL
FROM adopt_ours AS o
WHERE l.entity = $1 AND l.external_id = o.external_id AND l.local_key IS NULL AND l.rule = 'held'
  AND NOT EXISTS (SELECT 1 FROM adopt_candidate AS c WHERE c.entity = $2 AND c.external_id = l.external_id)
