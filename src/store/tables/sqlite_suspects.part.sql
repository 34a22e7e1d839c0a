-- A trigger raises whatever message it likes; of a foreign key SQLite says only that it is one.
SELECT 'trigger ' || name || ' on ' || lower(tbl_name) AS label, name AS named, (1 = 1) AS speaks_freely
FROM sqlite_schema
WHERE type = 'trigger'
  AND lower(tbl_name) IN ('buildings', 'rooms', 'participants', 'sync_logs', 'audit_logs', 'notifications', 'alert_scopes',
                          'alerts', 'outbox', 'validators', 'prints', 'roster_orgs', 'roster_academic_sessions', 'roster_courses', 'roster_users',
                          'roster_classes', 'roster_roles', 'roster_enrollments', 'roster_credentials')
UNION ALL
SELECT 'foreign key ' || k."from" || ' of ' || lower(s.name) || ' to ' || lower(k."table"), 'FOREIGN KEY constraint failed', (1 = 0)
