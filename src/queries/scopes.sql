-- Each sync type, or date of it, with its newest row and its newest completed one.
WITH as_whole AS (SELECT item.value ->> 'name' AS name FROM json_each($1) AS item),
run AS (
    SELECT id, sync_type, CASE WHEN sync_type IN (SELECT name FROM as_whole) THEN 'all' ELSE scope END AS scope,
           status, started_at, completed_at, readable_json(metadata) AS metadata
    FROM sync_logs
    WHERE (sync_type IN (SELECT name FROM as_whole) OR scope >= $2)
),
aged AS (
    SELECT *, row_number() OVER (PARTITION BY sync_type, scope ORDER BY started_at DESC, id DESC) AS age FROM run
),
known AS (
    SELECT sync_type, scope, min(age) FILTER (WHERE status = 'completed') AS completed_age
    FROM aged GROUP BY sync_type, scope
)
SELECT k.sync_type, k.scope,
       max(r.id) FILTER (WHERE r.age = 1) AS last_id,
       max(r.id) FILTER (WHERE r.age = k.completed_age) AS completed_id,
       max(r.completed_at) FILTER (WHERE r.age = k.completed_age) AS completed_at,
       max(r.metadata ->> 'looked_at') FILTER (WHERE r.age = k.completed_age) AS looked_at,
       max(r.started_at) AS newest_at,
       count(*) FILTER (WHERE r.status = 'failed' AND (k.completed_age IS NULL OR r.age < k.completed_age))
           AS consecutive_failures,
       count(*) FILTER (WHERE r.status = 'failed' AND (k.completed_age IS NULL OR r.age < k.completed_age)
                          AND (r.metadata ->> 'trigger' IS NULL OR r.metadata ->> 'trigger' <> 'manual'))
           AS failures_of_cron
FROM known AS k
JOIN aged AS r ON r.sync_type = k.sync_type AND r.scope = k.scope
GROUP BY k.sync_type, k.scope
ORDER BY k.sync_type, k.scope
