INSERT INTO project_keys_{entity} (external_id, made_key)
SELECT n.external_id, CAST(({new_key}) AS text)
FROM {source} AS n
WHERE n.acts AND n.is_new AND n.problem IS NULL AND n.nth BETWEEN $1 AND $2
