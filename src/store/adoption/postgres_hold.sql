-- What has a candidate is held back: another row of the same name would be a duplicate that can't be removed later.
INSERT INTO adoption_links AS l (entity, external_id, rule, problem)
SELECT $1, c.external_id, 'held',
       'it is held back: not linked rows there may be the same (' || string_agg(c.local_key, ', ' ORDER BY c.local_key)
           || '); decide with migrate --adopt --links'
FROM adopt_candidate AS c
JOIN adopt_ours AS o ON o.external_id = c.external_id
WHERE c.entity = $2
GROUP BY c.external_id
ON CONFLICT (entity, external_id) DO UPDATE SET rule = excluded.rule, due = true, problem = excluded.problem
WHERE l.local_key IS NULL
