-- Each record that counts, or is about a live row, with that row; and the live rows that the feed does not hold.
CREATE TEMP TABLE src_record AS
SELECT s.*, live.id AS target_id, live.is_active AS was_active, live.sync_status AS old_sync_status,
       live.id IS NOT NULL
       AND (live.is_active <> s.says_active
            OR live.source_updated_at IS DISTINCT FROM s.source_updated_at{differs}) AS changed
FROM stage_record AS s
LEFT JOIN {table} AS live ON live.source = (SELECT source FROM pass) AND live.sourced_id = s.sourced_id{joins}
WHERE s.verdict IS NULL OR s.verdict NOT IN ('repeated', 'duplicate');
CREATE TEMP TABLE gone_record AS
SELECT live.id, live.sourced_id
FROM {table} AS live
WHERE live.source = (SELECT source FROM pass) AND live.is_active
  AND NOT EXISTS (SELECT 1 FROM stage_record AS s WHERE s.sourced_id = live.sourced_id)
  -- Absence is not judged where the key of a record can't be read: it may be any of these.
  AND NOT EXISTS (SELECT 1 FROM stage_record AS s WHERE s.sourced_id IS NULL)
