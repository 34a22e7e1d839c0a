-- Rows there that share an id, a uid or a name with one of ours that no rule linked: a person has to decide.
INSERT INTO adopt_candidate (entity, external_id, name, local_key, local_name, rule)
SELECT $1, o.external_id, o.name, t.local_key, t.name, found.rule
FROM (SELECT ours.ident AS ours, theirs.ident AS theirs, min(ours.rule) AS rule,
             row_number() OVER (PARTITION BY ours.ident ORDER BY min(ours.rule), theirs.ident) AS nth
      FROM adopt_key AS ours
      JOIN adopt_key AS theirs ON theirs.side = 'theirs' AND theirs.rule = ours.rule AND theirs.scope = ours.scope
                              AND theirs.key = ours.key
      WHERE ours.side = 'ours' AND ours.rule <> 3
      GROUP BY ours.ident, theirs.ident) AS found
JOIN adopt_ours AS o ON CAST(o.external_id AS text) = found.ours
JOIN adopt_theirs AS t ON t.local_key = found.theirs
WHERE found.nth <= 5
