SELECT count(*) AS value
FROM {table} AS t
WHERE NOT EXISTS (SELECT 1 FROM adoption_links AS l
                  WHERE l.entity = '{entity}' AND l.local_key = CAST(t.{key} AS text))
