UPDATE project_{entity} AS n
SET made_key = CAST(({new_key}) AS text)
WHERE n.acts AND n.is_new AND n.problem IS NULL AND n.nth BETWEEN $1 AND $2
