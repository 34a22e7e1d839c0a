-- The rows of the source that are here.
SELECT count(*) AS here,
       count(CASE WHEN is_active THEN 1 END) AS active,
       count(CASE WHEN is_active AND sync_status = 'sync_error' THEN 1 END) AS failed,
       CAST(0 AS bigint) AS alike
FROM {table}
WHERE source = (SELECT source FROM pass)
