SELECT CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || r.ev_class::regclass::text AS label,
       t.relname::text AS table_name,
       coalesce(a.attname::text, '') AS column_name
FROM pg_catalog.pg_depend AS d
JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid
JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
JOIN pg_catalog.pg_class AS t ON t.oid = d.refobjid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace AND n.nspname = current_schema()
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
  AND r.ev_class <> d.refobjid AND NOT (c.relname = 'exam_schedules' AND c.relnamespace = n.oid)
UNION ALL
SELECT 'foreign key ' || k.conname || ' of ' || k.conrelid::regclass::text, t.relname::text, ''
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS t ON t.oid = k.confrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace AND n.nspname = current_schema()
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
WHERE k.contype = 'f' AND NOT (c.relnamespace = n.oid AND c.relname IN ('rooms', 'participants', 'roster_orgs')
                               AND k.conname IN ('rooms_building_id_fkey', 'participants_room_id_building_id_fkey',
                                                 'participants_room_id_fkey', 'roster_orgs_parent_id_fkey'))
