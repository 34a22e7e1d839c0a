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
WHERE {table}.id = s.target_id AND s.verdict IS NULL AND s.changed
