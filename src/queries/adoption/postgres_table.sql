-- What the catalogue says of one table of the application, as one document.
SELECT jsonb_build_object(
    'kind', c.relkind::text,
    'row_security', row_security_active(c.oid),
    'schema_usage', has_schema_privilege(n.oid, 'USAGE'),
    'is_in_our_schema', n.nspname = our_schema(),
    'is_subscribed', EXISTS (SELECT 1 FROM pg_catalog.pg_subscription_rel AS s WHERE s.srrelid = c.oid),
    'triggers', coalesce((SELECT jsonb_agg(g.tgname ORDER BY g.tgname) FROM pg_catalog.pg_trigger AS g
                          WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgenabled <> 'D'), '[]'),
    'columns', coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'name', a.attname,
            'type_name', format_type(a.atttypid, -1),
            'full_type', format_type(a.atttypid, a.atttypmod),
            'family', CASE
                WHEN b.typtype = 'e' THEN 'enum'
                WHEN b.typname IN ('text', 'varchar', 'bpchar', 'citext') THEN 'text'
                WHEN b.typname IN ('int2', 'int4', 'int8', 'numeric') THEN 'number'
                WHEN b.typname = 'bool' THEN 'boolean'
                WHEN b.typname = 'timestamptz' THEN 'timestamptz'
                WHEN b.typname = 'timestamp' THEN 'timestamp'
                ELSE 'other' END,
            'max_characters', CASE WHEN b.typname IN ('varchar', 'bpchar')
                                    AND greatest(a.atttypmod, t.typtypmod) > 4
                                   THEN greatest(a.atttypmod, t.typtypmod) - 4 END,
            'whole_numbers', CASE b.typname
                WHEN 'int2' THEN jsonb_build_array(-32768, 32767)
                WHEN 'int4' THEN jsonb_build_array(-2147483648, 2147483647) END,
            'labels', coalesce((SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder)
                                FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = b.oid), '[]'),
            'not_null', a.attnotnull OR t.typnotnull,
            'default_expression', CASE
                WHEN a.attidentity <> '' THEN 'nextval(' || quote_literal(own.sequence) || ')'
                WHEN a.attgenerated = '' THEN coalesce(pg_get_expr(d.adbin, d.adrelid), t.typdefault) END,
            'is_always_identity', a.attidentity = 'a',
            'is_generated', a.attgenerated <> '',
            'refers_to', (SELECT f.confrelid::regclass::text FROM pg_catalog.pg_constraint AS f
                          WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum] LIMIT 1),
            'sequence', own.sequence,
            'may_use_sequence', coalesce(has_sequence_privilege(own.oid, 'USAGE'), true),
            'may_select', has_column_privilege(c.oid, a.attnum, 'SELECT'),
            'may_insert', has_column_privilege(c.oid, a.attnum, 'INSERT'),
            'may_update', has_column_privilege(c.oid, a.attnum, 'UPDATE')) ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute AS a
        JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
        JOIN pg_catalog.pg_type AS b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
        LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
        LEFT JOIN LATERAL (
            SELECT sc.oid, quote_ident(sn.nspname) || '.' || quote_ident(sc.relname) AS sequence
            FROM pg_catalog.pg_depend AS p
            JOIN pg_catalog.pg_class AS sc ON sc.oid = p.objid AND sc.relkind = 'S'
            JOIN pg_catalog.pg_namespace AS sn ON sn.oid = sc.relnamespace
            WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
              AND p.refobjid = c.oid AND p.refobjsubid = a.attnum AND p.deptype IN ('a', 'i')
            LIMIT 1) AS own ON true
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'),
    'unique_keys', coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'name', ic.relname,
            'columns', (SELECT jsonb_agg(a.attname ORDER BY part.position)
                        FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS part (number, position)
                        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = part.number
                        WHERE part.position <= i.indnkeyatts),
            'is_immediate', i.indimmediate,
            'is_constraint', EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS k WHERE k.conindid = i.indexrelid
                                     AND k.contype IN ('u', 'p'))) ORDER BY ic.relname)
        FROM pg_catalog.pg_index AS i
        JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid
        -- A partial one, or one over expressions, is not foreseen: what it refuses is found row by row.
        WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL), '[]')
) AS value
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2
