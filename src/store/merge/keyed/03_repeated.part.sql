SELECT EXISTS (SELECT 1 FROM stage_{entity} WHERE verdict IS NULL GROUP BY sourced_id HAVING count(*) > 1) AS value
