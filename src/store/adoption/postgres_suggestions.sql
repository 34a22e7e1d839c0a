SELECT entity, external_id, name, local_key, local_name, rule
FROM adopt_candidate
ORDER BY entity, external_id, rule, local_key
