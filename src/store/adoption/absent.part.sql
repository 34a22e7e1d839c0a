SELECT d.local_key AS value
FROM jsonb_to_recordset($1) AS d (external_id bigint, local_key text)
WHERE d.local_key IS NOT NULL AND d.local_key NOT IN (SELECT CAST(t.{key} AS text) FROM {table} AS t)
ORDER BY 1
