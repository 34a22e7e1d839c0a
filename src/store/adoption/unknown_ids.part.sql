SELECT jsonb_build_object('count', count(*), 'first', min({external_id})) AS value
FROM {table} AS t
WHERE {external_id} NOT IN (SELECT CAST(o.external_id AS text) FROM {entity} AS o)
