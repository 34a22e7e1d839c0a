-- What changes, by name: the first 20 of each kind, and how many there are.
SELECT action, entity, label, total
FROM (
    SELECT action, entity, label,
           count(*) OVER (PARTITION BY entity, action) AS total,
           row_number() OVER (PARTITION BY entity, action ORDER BY external_id, label) AS nth
    FROM change
    WHERE label IS NOT NULL
) AS counted
WHERE nth <= 20
ORDER BY entity, action, nth
