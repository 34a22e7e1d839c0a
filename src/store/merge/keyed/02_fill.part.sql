INSERT INTO stage_{entity} (ordinal, sourced_id, says_active, source_updated_at, path, problem, notice, verdict
                            {staged})
SELECT (item.value ->> 'ordinal')::bigint, item.value ->> 'sourced_id', (item.value ->> 'says_active')::boolean,
       (item.value ->> 'source_updated_at')::timestamptz, item.value ->> 'path', item.value ->> 'problem',
       item.value ->> 'notice', item.value ->> 'verdict'
       {values}
FROM json_each($1) AS item
