-- The counts of exam_schedules are integers: a bigint is a string in JavaScript (contract §10.4). The columns of a view keep
-- their types when it is replaced, so that it is made again, with its owner and the rights of others on it.
DO $$
DECLARE
    -- Where it is, whose it is, and what others may do with it.
    place text := pg_catalog.quote_ident(our_schema()::text) || '.exam_schedules';
    view oid := (SELECT c.oid FROM pg_catalog.pg_class AS c
                 JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                 WHERE n.nspname = our_schema() AND c.relname = 'exam_schedules');
    owner text := (SELECT pg_catalog.pg_get_userbyid(c.relowner) FROM pg_catalog.pg_class AS c WHERE c.oid = view);
    grants text[] := (
        SELECT pg_catalog.array_agg('GRANT ' || a.privilege_type || ' ON ' || place || ' TO '
                   || CASE WHEN a.grantee = 0 THEN 'PUBLIC'
                           ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END
                   || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM pg_catalog.pg_class AS c
        CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) AS a
        WHERE c.oid = view AND a.grantee <> c.relowner);
    line text;
BEGIN
    DROP VIEW IF EXISTS exam_schedules;
    CREATE VIEW exam_schedules AS
    SELECT
        exam_date,
        start_time,
        CAST(count(DISTINCT building_id) AS integer) AS halls,
        CAST(count(DISTINCT room_id) AS integer) AS rooms,
        -- A sum beyond an integer is no exam: it is cut, so that the other rows can still be read.
        CAST(least(sum(participant_count), 2147483647) AS integer) AS participants
    FROM participants
    WHERE is_active
    GROUP BY exam_date, start_time;
    FOREACH line IN ARRAY coalesce(grants, ARRAY[]::text[]) LOOP
        EXECUTE line;
    END LOOP;
    IF owner <> current_user THEN
        EXECUTE 'ALTER VIEW ' || place || ' OWNER TO ' || pg_catalog.quote_ident(owner);
    END IF;
END
$$;
