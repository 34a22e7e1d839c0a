-- Tables that may hold halls and rooms: two that a foreign key connects, the likeliest names first.
SELECT jsonb_build_object('rooms_schema', rn.nspname, 'rooms', rc.relname, 'building', ra.attname,
                          'buildings_schema', bn.nspname, 'buildings', bc.relname, 'score', named.score) AS value
FROM pg_catalog.pg_constraint AS f
JOIN pg_catalog.pg_class AS rc ON rc.oid = f.conrelid AND rc.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace AS rn ON rn.oid = rc.relnamespace
JOIN pg_catalog.pg_class AS bc ON bc.oid = f.confrelid AND bc.oid <> rc.oid
JOIN pg_catalog.pg_namespace AS bn ON bn.oid = bc.relnamespace
JOIN pg_catalog.pg_attribute AS ra ON ra.attrelid = rc.oid AND ra.attnum = f.conkey[1]
CROSS JOIN LATERAL (SELECT CASE WHEN rc.relname ~* '^(exam_?)?rooms?$' THEN 3
                                WHEN rc.relname ~* '(room|otaq|auditor|kabinet|cabinet)' THEN 2
                                WHEN rc.relname ~* '(hall|zal|space)' THEN 1 ELSE 0 END AS rooms,
                           CASE WHEN bc.relname ~* '^(exam_?)?buildings?$' THEN 3
                                WHEN bc.relname ~* '(building|bina|korpus|campus|venue|school)' THEN 2
                                WHEN bc.relname ~* '(hall|site|place|location|center|centre)' THEN 1 ELSE 0 END
                                AS buildings) AS likely
CROSS JOIN LATERAL (SELECT likely.rooms + likely.buildings AS score) AS named
WHERE f.contype = 'f' AND cardinality(f.conkey) = 1 AND likely.rooms > 0 AND likely.buildings > 0
  AND rn.nspname <> our_schema() AND bn.nspname <> our_schema()
  AND rn.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY named.score DESC, rn.nspname, rc.relname, ra.attname
