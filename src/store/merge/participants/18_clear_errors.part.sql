-- A row that was seen is no longer in error. Where there are unseen and broken rows, a condition is added that leaves
-- them out.

UPDATE participants
SET sync_status = 'synced', sync_error = NULL, last_synced_at = (SELECT now FROM pass)
WHERE exam_date = (SELECT exam_date FROM pass) AND is_active AND sync_status = 'sync_error'
