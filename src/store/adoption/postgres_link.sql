-- One rule: it links where exactly one row on each side has the key, and the addresses do not contradict.
UPDATE adoption_links AS l
SET local_key = pair.theirs, rule = $1, was_active = NULL, due = true, lost = false, problem = NULL
FROM (SELECT ours.ident AS ours, theirs.ident AS theirs, count(*) OVER (PARTITION BY theirs.ident) AS claims
      FROM (SELECT scope, key, min(ident) AS ident, min(address) AS address FROM adopt_key
            WHERE side = 'ours' AND rule = $2 GROUP BY scope, key HAVING count(DISTINCT ident) = 1) AS ours
      JOIN (SELECT scope, key, min(ident) AS ident, min(address) AS address FROM adopt_key
            WHERE side = 'theirs' AND rule = $3 GROUP BY scope, key HAVING count(DISTINCT ident) = 1) AS theirs
        ON theirs.scope = ours.scope AND theirs.key = ours.key
      WHERE coalesce(ours.address, '') = '' OR coalesce(theirs.address, '') = '' OR ours.address = theirs.address
     ) AS pair
WHERE l.entity = $4 AND l.external_id = CAST(pair.ours AS bigint) AND pair.claims = 1
