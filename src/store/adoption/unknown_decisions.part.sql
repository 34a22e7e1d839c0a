SELECT d.external_id AS value
FROM jsonb_to_recordset($1) AS d (external_id bigint, local_key text)
WHERE NOT EXISTS (SELECT 1 FROM {entity} AS o WHERE o.external_id = d.external_id)
ORDER BY 1
