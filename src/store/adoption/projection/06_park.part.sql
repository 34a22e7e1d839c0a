UPDATE {table} AS t
SET {column} = CAST('~' || n.local_key AS {type})
FROM project_{entity} AS n
WHERE n.{parked} AND n.acts AND n.problem IS NULL AND n.nth BETWEEN $1 AND $2
  AND t.{key} = CAST(n.local_key AS {key_type})
