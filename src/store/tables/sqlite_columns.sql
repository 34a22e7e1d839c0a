SELECT lower(s.name) AS table_name,
       lower(c.name) AS column_name,
       c.type AS type_name,
       c."notnull" AS not_null,
       c.dflt_value IS NOT NULL OR c.pk <> 0 OR c.hidden <> 0 AS filled_by_itself
FROM sqlite_schema AS s, pragma_table_xinfo(s.name) AS c
WHERE s.type IN ('table', 'view')
  AND lower(s.name) IN ('buildings', 'rooms', 'participants', 'sync_logs', 'audit_logs', 'notifications', 'alert_scopes',
                    'alerts', 'outbox', 'validators', 'prints')
