-- Roles that passes may run as (they may write log rows) and that may not do what passes of an adoption need.
SELECT r.rolname::text AS value
FROM pg_catalog.pg_roles AS r
CROSS JOIN (SELECT to_regclass(quote_ident(our_schema()) || '.sync_logs')::oid AS logs,
                   to_regclass(quote_ident(our_schema()) || '.adoption_map')::oid AS map,
                   to_regclass(quote_ident(our_schema()) || '.adoption_links')::oid AS links) AS ours
WHERE NOT r.rolsuper AND r.rolname !~ '^pg_' AND has_table_privilege(r.oid, ours.logs, 'INSERT')
  AND NOT (has_table_privilege(r.oid, ours.map, 'SELECT') AND has_table_privilege(r.oid, ours.map, 'UPDATE')
           AND has_table_privilege(r.oid, ours.links, 'SELECT') AND has_table_privilege(r.oid, ours.links, 'INSERT')
           AND has_table_privilege(r.oid, ours.links, 'UPDATE'))
ORDER BY r.rolname
