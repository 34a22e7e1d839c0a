-- What belongs to one that goes is gone with it, whatever its own record says.
UPDATE stage_{entity}
SET says_active = (1 = 0)
WHERE verdict IS NULL AND says_active
  AND EXISTS (SELECT 1 FROM stage_{target} AS target
              WHERE target.sourced_id = stage_{entity}.{column} AND target.verdict IS NULL AND NOT target.says_active);
INSERT INTO gone_{entity} (id, sourced_id)
SELECT live.id, live.sourced_id
FROM {table} AS live
WHERE live.source = (SELECT source FROM pass) AND live.is_active
  AND (live.{id_column} IN (SELECT id FROM gone_{target})
       OR live.{id_column} IN (SELECT target_id FROM src_{target}
                               WHERE verdict IS NULL AND was_active AND NOT says_active))
  AND live.id NOT IN (SELECT id FROM gone_{entity})
  AND NOT EXISTS (SELECT 1 FROM stage_{entity} AS s WHERE s.sourced_id = live.sourced_id AND s.verdict IS NULL)
