SELECT raw AS value
FROM (SELECT name AS raw FROM adopt_ours UNION SELECT address FROM adopt_ours
      UNION SELECT name FROM adopt_theirs UNION SELECT address FROM adopt_theirs) AS texts
WHERE raw IS NOT NULL AND raw NOT IN (SELECT raw FROM adopt_normal)
ORDER BY raw
