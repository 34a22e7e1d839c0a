INSERT INTO adopt_theirs (local_key, scope, name, address, external_id, uid, code)
SELECT CAST(t.{key} AS text), {scope}, {name}, {address}, {external_id}, {uid}, {code}
FROM {table} AS t
WHERE NOT EXISTS (SELECT 1 FROM adoption_links AS l
                  WHERE l.entity = '{entity}' AND l.local_key = CAST(t.{key} AS text))
