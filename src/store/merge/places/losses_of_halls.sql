-- What a `halls` pass would do to halls, and to rooms, as the guard weighs it. Only rows that are active now can be lost,
-- renamed, moved or made smaller. Nothing here needs the change set, which a pass that only creates does not have.
SELECT 'hall' AS kind, CAST(0 AS bigint) AS hall_external_id, '' AS hall,
       live.active, src.going + (SELECT count(*) FROM gone_hall) AS going,
       live.active AS listed, src.renamed, CAST(0 AS bigint) AS moved, CAST(0 AS bigint) AS smaller,
       src.created, live.active > 0 AS any_active
FROM (SELECT count(*) AS active FROM buildings WHERE is_active) AS live,
     (SELECT count(CASE WHEN was_active AND NOT is_active THEN 1 END) AS going,
             count(CASE WHEN was_active AND name <> old_name THEN 1 END) AS renamed,
             count(CASE WHEN building_id IS NULL THEN 1 END) AS created
      FROM src_hall) AS src
UNION ALL
SELECT 'room', 0, '',
       live.active, src.going + (SELECT count(*) FROM gone_room),
       live.active, src.renamed, src.moved, src.smaller,
       src.created + live.plain, live.active > 0
FROM weighed AS live,
     (SELECT count(CASE WHEN was_active AND NOT is_active THEN 1 END) AS going,
             count(CASE WHEN was_active AND name <> old_name THEN 1 END) AS renamed,
             count(CASE WHEN was_active AND hall_external_id <> old_hall_external_id THEN 1 END) AS moved,
             count(CASE WHEN was_active AND capacity < old_capacity THEN 1 END) AS smaller,
             count(CASE WHEN room_id IS NULL THEN 1 END) AS created
      FROM src_room) AS src
ORDER BY 1
