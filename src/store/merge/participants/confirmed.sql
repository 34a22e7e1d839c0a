-- The active rows of a date, and those of them that confirm.sql writes. To be counted before: it doubles what there is to read.

SELECT count(*) AS active,
       count(CASE WHEN last_synced_at IS NULL OR last_synced_at < $1
                       OR (sync_status = 'sync_error' AND sync_error <> 'absent from the feed after its start')
                  THEN 1 END) AS due
FROM participants
WHERE exam_date = $2 AND is_active
