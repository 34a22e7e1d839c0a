-- The tables whose newest id is above the counter that gives the next one, as far as this role may look.
WITH newest AS (
    SELECT 'buildings' AS table_name, max(id) AS id FROM buildings
    UNION ALL SELECT 'rooms', max(id) FROM rooms
    UNION ALL SELECT 'participants', max(id) FROM participants
    UNION ALL SELECT 'sync_logs', max(id) FROM sync_logs
    UNION ALL SELECT 'audit_logs', max(id) FROM audit_logs
    UNION ALL SELECT 'notifications', max(id) FROM notifications
    UNION ALL SELECT 'alerts', max(id) FROM alerts
    UNION ALL SELECT 'outbox', max(id) FROM outbox
)
SELECT newest.table_name, newest.id AS newest
FROM newest
JOIN pg_catalog.pg_class AS t
    ON t.relname = newest.table_name AND t.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = our_schema())
JOIN pg_catalog.pg_depend AS d ON d.refobjid = t.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'i'
JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = d.objid
WHERE has_sequence_privilege(s.seqrelid, 'USAGE, SELECT') AND newest.id > coalesce(pg_sequence_last_value(s.seqrelid), 0)
ORDER BY newest.table_name
