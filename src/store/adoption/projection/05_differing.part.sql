SELECT jsonb_build_array({differing}) AS value
FROM project_{entity} AS n
WHERE n.acts AND NOT n.is_new AND n.problem IS NULL
