-- After all rows are there: a parent may be created by the same pass.
UPDATE {table}
SET {id_column} = parent.id
FROM src_record AS s
LEFT JOIN {table} AS parent ON parent.source = (SELECT source FROM pass) AND parent.sourced_id = s.{parent}
WHERE {table}.source = (SELECT source FROM pass) AND {table}.sourced_id = s.sourced_id
  AND s.verdict IS NULL AND (s.changed OR s.target_id IS NULL)
  AND {table}.{id_column} IS DISTINCT FROM parent.id
