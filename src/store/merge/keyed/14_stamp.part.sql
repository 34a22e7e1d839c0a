-- The rows that are as their records say.
UPDATE {table}
SET sync_status = CASE sync_status WHEN 'sync_error' THEN 'synced' ELSE sync_status END,
    sync_error = NULL,
    last_synced_at = (SELECT now FROM pass)
WHERE id IN (SELECT target_id FROM src_{entity} WHERE verdict IS NULL AND NOT changed)
  AND (last_synced_at IS NULL OR last_synced_at < (SELECT stamp_before FROM pass) OR sync_status = 'sync_error')
