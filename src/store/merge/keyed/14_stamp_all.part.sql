-- Nothing else is set: SQLite keeps the old pages of a statement that may break a rule of the table, to undo it, which
-- took a third of its time.
UPDATE {table}
SET last_synced_at = (SELECT now FROM pass)
WHERE source = (SELECT source FROM pass) AND is_active
  AND (last_synced_at IS NULL OR last_synced_at < (SELECT stamp_before FROM pass))
