-- Where a row refers to another one than before, or to one of its own table, which this pass may have created.
UPDATE {table}
SET {id_column} = (SELECT target.id FROM {target_table} AS target
                   WHERE target.source = (SELECT source FROM pass) AND target.sourced_id = s.{column})
FROM src_{entity} AS s
WHERE {table}.source = (SELECT source FROM pass) AND {table}.sourced_id = s.sourced_id
  AND s.verdict IS NULL AND (s.changed OR (s.target_id IS NULL AND {within}))
