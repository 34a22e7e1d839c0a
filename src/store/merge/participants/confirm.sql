-- The API brought nothing new: every active row of the date is confirmed. A row that was marked as absent after its start is
-- still absent, and keeps its mark.

UPDATE participants
SET sync_status = CASE WHEN sync_status = 'sync_error' AND sync_error <> 'absent from the feed after its start'
                       THEN 'synced' ELSE sync_status END,
    sync_error = CASE WHEN sync_error <> 'absent from the feed after its start' THEN NULL ELSE sync_error END,
    last_synced_at = $1
WHERE exam_date = $2 AND is_active
  AND (last_synced_at IS NULL OR last_synced_at < $3
       OR (sync_status = 'sync_error' AND sync_error <> 'absent from the feed after its start'))
