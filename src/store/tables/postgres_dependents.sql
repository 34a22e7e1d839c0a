-- An object of another schema than our tables' is named with its schema.
WITH named AS (
    SELECT c.oid, c.relname, c.relkind, c.relnamespace,
           CASE WHEN n.nspname = our_schema() THEN '' ELSE quote_ident(n.nspname::text) || '.' END
               || quote_ident(c.relname::text) AS name,
           n.nspname = our_schema() AS is_beside
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
)
SELECT CASE needs.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || needs.name AS label,
       t.relname::text AS table_name,
       coalesce(a.attname::text, '') AS column_name
FROM pg_catalog.pg_depend AS d
JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid
JOIN named AS needs ON needs.oid = r.ev_class
JOIN named AS t ON t.oid = d.refobjid AND t.is_beside
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
  AND r.ev_class <> d.refobjid AND NOT (needs.relname IN ('exam_schedules', 'external_refs') AND needs.is_beside)
UNION ALL
SELECT 'foreign key ' || k.conname || ' of ' || needs.name, t.relname::text, ''
FROM pg_catalog.pg_constraint AS k
JOIN named AS t ON t.oid = k.confrelid AND t.is_beside
JOIN named AS needs ON needs.oid = k.conrelid
WHERE k.contype = 'f' AND NOT (needs.is_beside AND needs.relname IN ('rooms', 'participants', 'attendance_base', 'violations', 'roster_orgs', 'roster_academic_sessions',
                                                                 'roster_courses', 'roster_classes', 'roster_roles',
                                                                 'roster_enrollments', 'roster_credentials')
                               AND k.conname IN ('rooms_building_id_fkey', 'participants_room_id_building_id_fkey',
                                                 'participants_room_id_fkey', 'roster_orgs_parent_id_fkey',
                                                 'attendance_base_row_id_fkey', 'violations_participant_id_fkey',
                                                 'violations_room_id_fkey',
                                                 'roster_academic_sessions_parent_id_fkey',
                                                 'roster_courses_org_id_fkey',
                                                 'roster_classes_course_id_fkey',
                                                 'roster_classes_org_id_fkey',
                                                 'roster_roles_user_id_fkey',
                                                 'roster_roles_org_id_fkey',
                                                 'roster_enrollments_class_id_fkey',
                                                 'roster_enrollments_user_id_fkey',
                                                 'roster_credentials_user_id_fkey'))
