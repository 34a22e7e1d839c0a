-- What was wrong with a row that was seen is over. Where there are unseen and broken ones, they are left out by what
-- is added here.

UPDATE participants
SET sync_status = 'synced', sync_error = NULL, last_synced_at = (SELECT now FROM pass)
WHERE exam_date = (SELECT exam_date FROM pass) AND is_active AND sync_status = 'sync_error'
