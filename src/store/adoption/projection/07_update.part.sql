UPDATE {table} AS t
SET {assignments}
FROM {source} AS n
WHERE n.acts AND NOT n.is_new AND n.problem IS NULL AND n.nth BETWEEN $1 AND $2
  AND t.{key} = CAST(n.local_key AS {key_type})
