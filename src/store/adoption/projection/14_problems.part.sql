SELECT external_id, name, problem, is_lost, is_held, problem IS DISTINCT FROM old_problem AS is_news
FROM project_{entity}
WHERE problem IS NOT NULL
ORDER BY is_news DESC, external_id
LIMIT $1
