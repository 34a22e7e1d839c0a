-- A record that refers to one that is neither in the feed nor here, as it will be after this pass, is left out, or its
-- reference is. Within one entity run until it changes nothing: what is left out may be referred to itself.
UPDATE stage_{entity}
SET {unknown}
WHERE verdict IS NULL AND {column} IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM stage_{target} AS target
                  WHERE target.sourced_id = stage_{entity}.{column} AND target.verdict IS NULL)
  AND NOT EXISTS (SELECT 1 FROM {target_table} AS kept
                  WHERE kept.source = (SELECT source FROM pass) AND kept.sourced_id = stage_{entity}.{column}
                    AND kept.is_active AND NOT EXISTS (SELECT 1 FROM gone_{target} AS gone WHERE gone.id = kept.id))
