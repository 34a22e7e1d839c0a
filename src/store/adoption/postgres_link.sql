-- One rule: it links where exactly one row on each side has the key, and the addresses do not contradict.
INSERT INTO adoption_links (entity, external_id, local_key, rule)
SELECT $1, CAST(pair.ours AS bigint), pair.theirs, $2
FROM (SELECT ours.ident AS ours, theirs.ident AS theirs, count(*) OVER (PARTITION BY theirs.ident) AS claims
      FROM (SELECT scope, key, min(ident) AS ident, min(address) AS address FROM adopt_key
            WHERE side = 'ours' AND rule = $3 GROUP BY scope, key HAVING count(DISTINCT ident) = 1) AS ours
      JOIN (SELECT scope, key, min(ident) AS ident, min(address) AS address FROM adopt_key
            WHERE side = 'theirs' AND rule = $4 GROUP BY scope, key HAVING count(DISTINCT ident) = 1) AS theirs
        ON theirs.scope = ours.scope AND theirs.key = ours.key
      WHERE coalesce(ours.address, '') = '' OR coalesce(theirs.address, '') = '' OR ours.address = theirs.address
     ) AS pair
WHERE pair.claims = 1
ON CONFLICT (entity, external_id) DO UPDATE
SET local_key = excluded.local_key, rule = excluded.rule, was_active = NULL, due = true, lost = false, problem = NULL
