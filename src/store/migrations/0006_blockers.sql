-- What the tables from before 0006_open_sets would refuse, table by table.
WITH blocker (position, table_name, reason, row_count) AS (
    SELECT 1, 'rooms', 'without a capacity', count(*) FROM rooms WHERE capacity IS NULL
    UNION ALL
    SELECT 2, 'sync_logs', 'of a newer sync_type', count(*) FROM sync_logs
    WHERE sync_type NOT IN ('exam_halls', 'hall_rooms', 'participants')
    UNION ALL
    SELECT 3, 'notifications', 'for a newer recipient_role', count(*) FROM notifications
    WHERE recipient_role NOT IN ('exam_director', 'building_manager')
    UNION ALL
    SELECT 4, 'alert_scopes', 'of a newer command', count(*) FROM alert_scopes
    WHERE command NOT IN ('halls', 'rooms', 'participants')
    UNION ALL
    SELECT 5, 'alerts', 'of a newer command or kind', count(*) FROM alerts
    WHERE command NOT IN ('halls', 'rooms', 'participants')
       OR kind NOT IN ('failure', 'refused', 'auth', 'setup', 'data_inconsistency', 'volume', 'slow')
    UNION ALL
    SELECT 6, 'outbox', 'of a newer kind or channel', count(*) FROM outbox
    WHERE kind <> 'alert' OR channel NOT IN ('mail', 'webhook')
)
SELECT table_name, reason, row_count FROM blocker WHERE row_count > 0 ORDER BY position;
