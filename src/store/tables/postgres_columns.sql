SELECT c.relname::text AS table_name,
       a.attname::text AS column_name,
       format_type(a.atttypid, a.atttypmod) AS type_name,
       a.attnotnull OR t.typnotnull AS not_null,
       a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL
           -- A trigger FOR EACH ROW BEFORE INSERT (1, 2, 4 in pg_trigger.h) may fill it.
           OR (c.relhastriggers AND EXISTS (
               SELECT 1 FROM pg_catalog.pg_trigger AS g
                      WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 7 = 7))
           AS filled_by_itself
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
WHERE c.relnamespace = to_regnamespace(quote_ident(our_schema()))
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND c.relname IN ('buildings', 'rooms', 'participants', 'sync_logs', 'audit_logs', 'notifications', 'alert_scopes',
                    'alerts', 'outbox', 'validators', 'prints')
