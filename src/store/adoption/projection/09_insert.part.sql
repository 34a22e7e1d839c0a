INSERT INTO {table} ({key}{columns}) {overriding}
SELECT CAST(k.made_key AS {key_type}){written}
FROM {source} AS n
JOIN project_keys_{entity} AS k ON k.external_id = n.external_id
WHERE n.acts AND n.is_new AND n.problem IS NULL AND n.nth BETWEEN $1 AND $2
ORDER BY n.nth
