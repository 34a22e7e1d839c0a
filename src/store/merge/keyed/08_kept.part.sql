-- The active rows of records that are left out: they stay.
SELECT count(DISTINCT target_id) AS value FROM src_{entity}
WHERE verdict IS NOT NULL AND was_active AND target_id NOT IN (SELECT id FROM gone_{entity})
