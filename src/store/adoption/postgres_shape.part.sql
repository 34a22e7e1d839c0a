(SELECT md5(string_agg(concat_ws(',', s.nspname, c.relname, c.relkind, row_security_active(c.oid),
                                 has_schema_privilege(s.oid, 'USAGE'), a.attnum, a.attname, a.atttypid, a.atttypmod,
                                 a.attnotnull, a.atthasdef, a.attidentity, a.attgenerated,
                                 has_column_privilege(c.oid, a.attnum, 'SELECT'),
                                 has_column_privilege(c.oid, a.attnum, 'INSERT'),
                                 has_column_privilege(c.oid, a.attnum, 'UPDATE')),
                       ';' ORDER BY s.nspname, c.relname, a.attnum))
 FROM jsonb_each(m.map) AS side
 JOIN pg_catalog.pg_namespace AS s ON s.nspname = side.value ->> 'schema'
 JOIN pg_catalog.pg_class AS c ON c.relnamespace = s.oid AND c.relname = side.value ->> 'table'
 JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
