UPDATE {table}
SET is_active = (1 = 0), deleted_at = (SELECT now FROM pass), updated_at = (SELECT now FROM pass),
    sync_status = CASE sync_status WHEN 'sync_error' THEN 'synced' ELSE sync_status END,
    sync_error = NULL
WHERE id IN (SELECT id FROM gone_{entity});

UPDATE {table}
SET {set}
    source_updated_at = s.source_updated_at,
    is_active = s.says_active,
    deleted_at = CASE WHEN s.says_active THEN NULL ELSE coalesce({table}.deleted_at, (SELECT now FROM pass)) END,
    sync_status = CASE {table}.sync_status WHEN 'sync_error' THEN 'synced' ELSE {table}.sync_status END,
    sync_error = NULL,
    last_synced_at = (SELECT now FROM pass),
    updated_at = (SELECT now FROM pass)
FROM src_{entity} AS s
WHERE {table}.id = s.target_id AND s.verdict IS NULL AND s.changed;

UPDATE {table}
SET sync_status = 'sync_error', sync_error = s.problem
FROM src_{entity} AS s
WHERE {table}.id = s.target_id AND s.verdict IS NOT NULL
  AND ({table}.sync_status <> 'sync_error' OR {table}.sync_error IS DISTINCT FROM s.problem);

UPDATE {table}
SET sync_status = CASE sync_status WHEN 'sync_error' THEN 'synced' ELSE sync_status END,
    sync_error = NULL,
    last_synced_at = (SELECT now FROM pass)
WHERE id IN (SELECT target_id FROM src_{entity} WHERE verdict IS NULL AND NOT changed)
  AND (last_synced_at IS NULL OR last_synced_at < (SELECT stamp_before FROM pass) OR sync_status = 'sync_error');

INSERT INTO {table} (source, sourced_id{columns}{id_columns}, source_updated_at, is_active, deleted_at,
                     last_synced_at, created_at, updated_at)
SELECT (SELECT source FROM pass), s.sourced_id{src_columns}{ids}, s.source_updated_at, s.says_active,
       CASE WHEN s.says_active THEN NULL ELSE pass.now END, pass.now, pass.now, pass.now
FROM pass CROSS JOIN src_{entity} AS s{id_joins}
WHERE s.verdict IS NULL AND s.target_id IS NULL
ORDER BY s.ordinal
