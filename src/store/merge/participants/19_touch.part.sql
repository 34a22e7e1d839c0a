-- The stamp of every row that was seen: all that is active now. Nothing else is set. SQLite keeps the old pages of a
-- statement that may break a rule of the table, to undo it, which took a third of its time. Where there are unseen and
-- broken rows, a condition is added that leaves them out.

UPDATE participants
SET last_synced_at = (SELECT now FROM pass)
WHERE exam_date = (SELECT exam_date FROM pass) AND is_active
  AND (last_synced_at IS NULL OR last_synced_at < (SELECT stamp_before FROM pass))
