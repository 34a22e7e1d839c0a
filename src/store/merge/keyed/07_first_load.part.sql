-- The same where no row of the source is here yet: there is nothing to compare with, nor to copy.
CREATE TEMP VIEW src_{entity} AS
SELECT s.*, CAST(NULL AS bigint) AS target_id, CAST(NULL AS boolean) AS was_active, (1 = 0) AS changed
FROM stage_{entity} AS s
WHERE s.verdict IS NULL OR s.verdict NOT IN ('repeated', 'duplicate')
