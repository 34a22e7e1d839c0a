-- The API says that nothing is new: every active hall and room is confirmed.

UPDATE buildings
SET sync_status = CASE sync_status WHEN 'sync_error' THEN 'synced' ELSE sync_status END,
    sync_error = NULL,
    last_synced_at = (SELECT now FROM pass)
WHERE is_active
  AND (last_synced_at IS NULL OR last_synced_at < (SELECT stamp_before FROM pass) OR sync_status = 'sync_error');

UPDATE rooms
SET sync_status = CASE sync_status WHEN 'sync_error' THEN 'synced' ELSE sync_status END,
    sync_error = NULL,
    last_synced_at = (SELECT now FROM pass)
WHERE is_active
  AND (last_synced_at IS NULL OR last_synced_at < (SELECT stamp_before FROM pass) OR sync_status = 'sync_error');
