-- A record whose key lacks a part, such as one with an unknown role, may be about any active row that has the other parts
-- and that no record names. It stands in for each of these rows, so that they are kept and marked.
INSERT INTO stage_{entity} (ordinal, sourced_id, says_active, path, problem, verdict)
SELECT -live.id, live.sourced_id, (1 = 1), min(s.path), min(s.problem), 'stands_in'
FROM stage_{entity} AS s
CROSS JOIN pass{key_tables}
CROSS JOIN {table} AS live
WHERE ({key_lacks}) AND s.sourced_id IS NOT NULL{key_matches}
  AND live.source = pass.source AND live.is_active
  AND NOT EXISTS (SELECT 1 FROM stage_{entity} AS named WHERE named.sourced_id = live.sourced_id)
GROUP BY live.id, live.sourced_id
