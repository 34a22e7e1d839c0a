-- How many rows must be active after a feed that holds all there is: those that it says are, and those of records that
-- are left out and whose rows are kept. Null where a key can't be read.
SELECT CASE WHEN EXISTS (SELECT 1 FROM stage_{entity} WHERE sourced_id IS NULL) THEN NULL
            ELSE (SELECT count(*) FROM src_{entity} WHERE verdict IS NULL AND says_active)
                 + (SELECT count(DISTINCT target_id) FROM src_{entity}
                    WHERE verdict IS NOT NULL AND was_active AND target_id NOT IN (SELECT id FROM gone_{entity}))
       END AS value
