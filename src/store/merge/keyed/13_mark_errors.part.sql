UPDATE {table}
SET sync_status = 'sync_error', sync_error = s.problem
FROM src_{entity} AS s
WHERE {table}.id = s.target_id AND s.verdict IS NOT NULL
  AND ({table}.sync_status <> 'sync_error' OR {table}.sync_error IS DISTINCT FROM s.problem)
