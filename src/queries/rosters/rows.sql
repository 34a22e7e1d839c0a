-- The rows of each entity and source of rosters.
SELECT source, 'orgs' AS entity, count(*) FILTER (WHERE is_active) AS active,
       count(*) FILTER (WHERE sync_status = 'sync_error') AS sync_error
FROM roster_orgs GROUP BY source
UNION ALL
SELECT source, 'sessions' AS entity, count(*) FILTER (WHERE is_active) AS active,
       count(*) FILTER (WHERE sync_status = 'sync_error') AS sync_error
FROM roster_academic_sessions GROUP BY source
UNION ALL
SELECT source, 'courses' AS entity, count(*) FILTER (WHERE is_active) AS active,
       count(*) FILTER (WHERE sync_status = 'sync_error') AS sync_error
FROM roster_courses GROUP BY source
UNION ALL
SELECT source, 'users' AS entity, count(*) FILTER (WHERE is_active) AS active,
       count(*) FILTER (WHERE sync_status = 'sync_error') AS sync_error
FROM roster_users GROUP BY source
UNION ALL
SELECT source, 'classes' AS entity, count(*) FILTER (WHERE is_active) AS active,
       count(*) FILTER (WHERE sync_status = 'sync_error') AS sync_error
FROM roster_classes GROUP BY source
UNION ALL
SELECT source, 'roles' AS entity, count(*) FILTER (WHERE is_active) AS active,
       count(*) FILTER (WHERE sync_status = 'sync_error') AS sync_error
FROM roster_roles GROUP BY source
UNION ALL
SELECT source, 'enrollments' AS entity, count(*) FILTER (WHERE is_active) AS active,
       count(*) FILTER (WHERE sync_status = 'sync_error') AS sync_error
FROM roster_enrollments GROUP BY source
