-- The live rows that the feed does not hold, where their absence means that they are gone.
CREATE TEMP TABLE gone_{entity} AS
SELECT live.id, live.sourced_id
FROM {table} AS live
WHERE live.source = (SELECT source FROM pass) AND live.is_active AND {absent_is_gone}
  AND NOT EXISTS (SELECT 1 FROM stage_{entity} AS s WHERE s.sourced_id = live.sourced_id)
  -- Absence is not judged where the key of a record can't be read: it may be any of these.
  AND NOT EXISTS (SELECT 1 FROM stage_{entity} AS s WHERE s.sourced_id IS NULL)
