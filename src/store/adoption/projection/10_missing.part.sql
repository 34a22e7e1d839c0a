-- New rows that are not there: a trigger left them out, or gave them another key.
SELECT count(*) AS value
FROM project_{entity} AS n
WHERE n.acts AND n.is_new AND n.problem IS NULL AND n.nth BETWEEN $1 AND $2
  AND NOT EXISTS (SELECT 1 FROM {table} AS t WHERE t.{key} = CAST(n.made_key AS {key_type}))
