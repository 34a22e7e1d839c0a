UPDATE adoption_links AS l
SET due = true
WHERE l.entity = '{entity}' AND l.local_key IS NOT NULL AND NOT l.due
  AND NOT EXISTS (SELECT 1 FROM {table} AS t WHERE CAST(t.{key} AS text) = l.local_key)
