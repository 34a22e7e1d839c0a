-- What goes, because the feed does not hold it or with what it belongs to.
UPDATE {table}
SET is_active = (1 = 0), deleted_at = (SELECT now FROM pass), updated_at = (SELECT now FROM pass),
    sync_status = CASE sync_status WHEN 'sync_error' THEN 'synced' ELSE sync_status END,
    sync_error = NULL
WHERE id IN (SELECT id FROM gone_{entity})
