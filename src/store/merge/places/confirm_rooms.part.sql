-- The API brought nothing new: every active room is confirmed, or those of the halls that were asked.

UPDATE rooms
SET sync_status = CASE sync_status WHEN 'sync_error' THEN 'synced' ELSE sync_status END,
    sync_error = NULL,
    last_synced_at = $1
WHERE is_active
  AND (last_synced_at IS NULL OR last_synced_at < $2 OR sync_status = 'sync_error')
