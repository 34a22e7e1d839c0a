-- Row-level security is named by its table where a policy refuses a row; where it hides rows, they seem to be missing.
WITH ours AS (
    SELECT c.oid, c.relname::text AS name, c.relkind, row_security_active(c.oid) AS hides
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = our_schema()
    WHERE c.relname IN ('buildings', 'rooms', 'participants', 'sync_logs', 'audit_logs', 'notifications', 'alert_scopes',
                        'alerts', 'outbox', 'validators', 'prints', 'roster_orgs', 'roster_academic_sessions', 'roster_courses',
                        'roster_users', 'roster_classes', 'roster_roles', 'roster_enrollments', 'roster_credentials')
)
SELECT 'trigger ' || g.tgname || ' on ' || ours.name AS label, g.tgname::text AS named, (1 = 1) AS speaks_freely
FROM ours JOIN pg_catalog.pg_trigger AS g ON g.tgrelid = ours.oid
WHERE NOT g.tgisinternal AND g.tgenabled <> 'D'
UNION ALL
SELECT 'rule ' || r.rulename || ' on ' || ours.name, r.rulename::text, (1 = 1)
FROM ours JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = ours.oid
WHERE r.rulename <> '_RETURN'
UNION ALL
SELECT 'row-level security on ' || ours.name, ours.name, (1 = 0)
FROM ours WHERE ours.hides
UNION ALL
SELECT 'the view ' || ours.name || ' in place of a table', ours.name, (1 = 1)
FROM ours WHERE ours.relkind NOT IN ('r', 'p')
UNION ALL
SELECT 'index ' || i.relname || ' on ' || ours.name, i.relname::text, (1 = 0)
FROM ours
JOIN pg_catalog.pg_index AS x ON x.indrelid = ours.oid
JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
WHERE i.relname NOT IN ('buildings_external_id_key', 'rooms_external_id_key', 'participants_room_slot',
                        'participants_seat', 'buildings_external_uid')
  AND NOT x.indisprimary
UNION ALL
-- Making a temporary table sets these off.
SELECT 'event trigger ' || e.evtname, e.evtname::text, (1 = 1)
FROM pg_catalog.pg_event_trigger AS e
WHERE e.evtenabled <> 'D' AND e.evtevent IN ('ddl_command_start', 'ddl_command_end')
ORDER BY label
