-- The stamp of every row that was seen: all that is active now. Nothing else is set: of a statement that may break a
-- rule of the table, SQLite keeps all pages as they were, to undo it, which took a third of its time.
-- Where there are unseen and broken ones, they are left out by what is added here.

UPDATE participants
SET last_synced_at = (SELECT now FROM pass)
WHERE exam_date = (SELECT exam_date FROM pass) AND is_active
  AND (last_synced_at IS NULL OR last_synced_at < (SELECT stamp_before FROM pass))
