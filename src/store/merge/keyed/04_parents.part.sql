-- A record whose parent is not in the feed is left out. Run until it changes nothing: it may be a parent itself.
UPDATE stage_record
SET verdict = '{code}', problem = 'its parent is not among the records of this source'
WHERE verdict IS NULL AND {parent} IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM stage_record AS parent
                  WHERE parent.sourced_id = stage_record.{parent} AND parent.verdict IS NULL)
