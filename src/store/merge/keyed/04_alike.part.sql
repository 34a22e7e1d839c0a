-- How many rows are as a record says. Where these are as many as the records, each record has its row, no two have the
-- same key, and no row changes. A row that refers to one which is not active is another matter.
SELECT count(*) AS value
FROM {table} AS live{joins}
WHERE live.source = (SELECT source FROM pass){refers_to_active}
  AND EXISTS (SELECT 1 FROM stage_{entity} AS s
              WHERE s.sourced_id = live.sourced_id AND s.says_active = live.is_active
                AND live.source_updated_at IS NOT DISTINCT FROM s.source_updated_at{alike})
