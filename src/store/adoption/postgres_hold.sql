-- What has a candidate is held back: another row of the same name would be a double that no one can take away again.
UPDATE adoption_links AS l
SET rule = CASE WHEN c.external_id IS NOT NULL THEN 'held' END, due = true,
    problem = CASE WHEN c.external_id IS NOT NULL THEN
        'it is held back: not linked rows there may be the same (' || c.keys || '); decide with migrate --adopt --links'
    END
FROM adopt_ours AS o
LEFT JOIN (SELECT external_id, string_agg(local_key, ', ' ORDER BY local_key) AS keys
           FROM adopt_candidate WHERE entity = $1 GROUP BY external_id) AS c ON c.external_id = o.external_id
WHERE l.entity = $2 AND l.external_id = o.external_id AND l.local_key IS NULL
  AND (c.external_id IS NOT NULL OR l.rule = 'held')
