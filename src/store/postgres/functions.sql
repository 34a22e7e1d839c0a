-- Whether a row of our tables makes a function of somebody's run that brings no search path of its own. $1 is the schema,
-- $2 a list of our tables.
WITH ours AS (
    SELECT c.oid
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname IN (SELECT name::name FROM json_array_elements_text($2::json) AS name)
),
-- Triggers, defaults, checks, indexes, policies and rules on our tables, and event triggers, which making a
-- temporary table sets off.
part AS (
    SELECT 'pg_catalog.pg_trigger'::regclass AS class, oid FROM pg_catalog.pg_trigger WHERE tgrelid IN (SELECT oid FROM ours)
    UNION ALL
    SELECT 'pg_catalog.pg_attrdef'::regclass, oid FROM pg_catalog.pg_attrdef WHERE adrelid IN (SELECT oid FROM ours)
    UNION ALL
    SELECT 'pg_catalog.pg_constraint'::regclass, oid FROM pg_catalog.pg_constraint WHERE conrelid IN (SELECT oid FROM ours)
    UNION ALL
    SELECT 'pg_catalog.pg_class'::regclass, indexrelid FROM pg_catalog.pg_index WHERE indrelid IN (SELECT oid FROM ours)
    UNION ALL
    SELECT 'pg_catalog.pg_policy'::regclass, oid FROM pg_catalog.pg_policy WHERE polrelid IN (SELECT oid FROM ours)
    UNION ALL
    SELECT 'pg_catalog.pg_rewrite'::regclass, r.oid
    FROM pg_catalog.pg_rewrite AS r WHERE r.ev_class IN (SELECT oid FROM ours) AND r.rulename <> '_RETURN'
    UNION ALL
    SELECT 'pg_catalog.pg_event_trigger'::regclass, oid FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D'
)
SELECT count(*) > 0 AS found
FROM part
JOIN pg_catalog.pg_depend AS d ON d.classid = part.class AND d.objid = part.oid
JOIN pg_catalog.pg_proc AS p ON d.refclassid = 'pg_catalog.pg_proc'::regclass AND p.oid = d.refobjid
JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
WHERE l.lanname NOT IN ('internal', 'c')
  AND NOT EXISTS (SELECT 1 FROM unnest(p.proconfig) AS setting WHERE setting LIKE 'search_path=%')
