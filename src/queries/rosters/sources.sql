-- Each source of a roster with its newest completed pass, and that which was of all people.
WITH run AS (
    SELECT scope, status, completed_at, readable_json(metadata) AS metadata,
           row_number() OVER (PARTITION BY scope ORDER BY started_at DESC, id DESC) AS age
    FROM sync_logs WHERE sync_type = 'roster' AND scope <> 'all'
),
known AS (
    SELECT scope,
           min(age) FILTER (WHERE status = 'completed' AND metadata ->> 'of_some_people' IS NULL) AS completed_age,
           min(age) FILTER (WHERE status = 'completed') AS changed_age,
           count(*) FILTER (WHERE metadata ->> 'trigger' IS NULL OR metadata ->> 'trigger' <> 'manual') AS of_cron
    FROM run GROUP BY scope
)
SELECT k.scope, newest.completed_at, changed.metadata,
       (SELECT count(*) FROM run AS r
        WHERE r.scope = k.scope AND r.status = 'failed' AND (k.completed_age IS NULL OR r.age < k.completed_age))
           AS failures
FROM known AS k
LEFT JOIN run AS newest ON newest.scope = k.scope AND newest.age = k.completed_age
LEFT JOIN run AS changed ON changed.scope = k.scope AND changed.age = k.changed_age
WHERE k.completed_age IS NOT NULL OR k.of_cron > 0
ORDER BY k.scope
