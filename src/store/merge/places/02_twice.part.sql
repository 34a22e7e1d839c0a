-- Records with one key; of which kind is added here.
CREATE TEMP TABLE twice AS
SELECT kind, external_id, min(ordinal) AS kept_ordinal
FROM stage_place
WHERE verdict IS NULL
GROUP BY kind, external_id
HAVING count(*) > 1
