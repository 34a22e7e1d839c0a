-- New rows that are not there: a trigger left them out, or gave them another key.
SELECT count(*) AS value
FROM project_{entity} AS n
JOIN project_keys_{entity} AS k ON k.external_id = n.external_id
WHERE n.acts AND n.is_new AND n.problem IS NULL AND n.nth BETWEEN $1 AND $2
  AND NOT EXISTS (SELECT 1 FROM {table} AS t WHERE t.{key} = CAST(k.made_key AS {key_type}))
