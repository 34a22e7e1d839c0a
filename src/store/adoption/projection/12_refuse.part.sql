UPDATE project_{entity} AS n
SET problem = $1
WHERE n.acts AND n.problem IS NULL AND n.nth BETWEEN $2 AND $3
