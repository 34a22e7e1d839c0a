INSERT INTO stage_credential (ordinal, sourced_id, path, scheme, hash, refused)
SELECT (item.value ->> 'ordinal')::bigint, item.value ->> 'sourced_id', item.value ->> 'path',
       item.value ->> 'scheme', item.value ->> 'hash', (item.value ->> 'refused')::boolean
FROM json_each($1) AS item
