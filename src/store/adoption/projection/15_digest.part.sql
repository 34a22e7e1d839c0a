SELECT encode(sha256(convert_to(coalesce(string_agg(
           concat_ws(chr(31), n.external_id, coalesce(n.local_key, '-'), n.is_new, coalesce(n.problem, '-'){written}),
           chr(29) ORDER BY n.external_id), ''), 'UTF8')), 'hex') AS value
FROM project_{entity} AS n
