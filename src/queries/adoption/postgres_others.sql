-- The maps that other sets of our tables in this database have, as far as our role may read them.
SELECT quote_ident(n.nspname) || '.adoption_map' AS value
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relname = 'adoption_map' AND c.relkind = 'r' AND n.nspname <> our_schema()
  AND EXISTS (SELECT 1 FROM pg_catalog.pg_class AS links
              WHERE links.relnamespace = n.oid AND links.relname = 'adoption_links')
  AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
ORDER BY n.nspname
