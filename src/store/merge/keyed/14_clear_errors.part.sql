UPDATE {table}
SET sync_status = 'synced', sync_error = NULL, last_synced_at = (SELECT now FROM pass)
WHERE source = (SELECT source FROM pass) AND is_active AND sync_status = 'sync_error'
