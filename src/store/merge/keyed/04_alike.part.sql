-- The same, and how many of these rows are as a record says, of which no two have the same key. Where they are as many as
-- the records, no row changes. A row that refers to one which is not active is another matter.
SELECT count(*) AS here,
       count(CASE WHEN live.is_active THEN 1 END) AS active,
       count(CASE WHEN live.is_active AND live.sync_status = 'sync_error' THEN 1 END) AS failed,
       count(CASE WHEN s.sourced_id IS NOT NULL AND s.says_active = live.is_active
                   AND live.source_updated_at IS NOT DISTINCT FROM s.source_updated_at{alike}{refers_to_active}
                  THEN 1 END) AS alike
FROM {table} AS live
LEFT JOIN stage_{entity} AS s ON s.sourced_id = live.sourced_id{joins}
WHERE live.source = (SELECT source FROM pass)
