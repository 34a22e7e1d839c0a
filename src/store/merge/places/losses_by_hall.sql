-- What a `rooms` pass would do to the rooms of each hall, as the guard weighs it. A row is judged with the hall whose word
-- it is, which can be left out. So a hall that did not answer is never judged.
WITH word AS (
    SELECT room_id, hall_external_id, NOT is_active AS goes, name <> old_name AS renamed,
           hall_external_id <> old_hall_external_id AS moved, capacity < old_capacity AS smaller
    FROM src_room
    WHERE was_active AND changed
    UNION ALL
    SELECT room_id, hall_external_id, (1 = 1), (1 = 0), (1 = 0), (1 = 0) FROM gone_room
)
SELECT 'room' AS kind, part.hall_external_id, hall.name AS hall,
       CAST(sum(part.active) AS bigint) AS active, CAST(sum(part.going) AS bigint) AS going,
       CAST(sum(part.listed) AS bigint) AS listed, CAST(sum(part.renamed) AS bigint) AS renamed,
       CAST(sum(part.moved) AS bigint) AS moved, CAST(sum(part.smaller) AS bigint) AS smaller,
       CAST(sum(part.created) AS bigint) AS created,
       (SELECT active > 0 FROM weighed) AS any_active
FROM (
    -- A room that only moves is still one of those that could go where it is.
    SELECT CASE WHEN word.goes THEN word.hall_external_id ELSE b.external_id END AS hall_external_id,
           1 AS active, CASE WHEN word.goes THEN 1 ELSE 0 END AS going,
           0 AS listed, 0 AS renamed, 0 AS moved, 0 AS smaller, 0 AS created
    FROM rooms AS r
    JOIN buildings AS b ON b.id = r.building_id
    LEFT JOIN word ON word.room_id = r.id
    WHERE r.is_active
    UNION ALL
    SELECT coalesce(word.hall_external_id, b.external_id), 0, 0,
           1, CASE WHEN word.renamed THEN 1 ELSE 0 END, CASE WHEN word.moved THEN 1 ELSE 0 END,
           CASE WHEN word.smaller THEN 1 ELSE 0 END, 0
    FROM rooms AS r
    JOIN buildings AS b ON b.id = r.building_id
    LEFT JOIN word ON word.room_id = r.id
    WHERE r.is_active
    UNION ALL
    SELECT hall_external_id, 0, 0, 0, 0, 0, 0, 1 FROM src_room WHERE room_id IS NULL
) AS part
JOIN buildings AS hall ON hall.external_id = part.hall_external_id
GROUP BY part.hall_external_id, hall.name
HAVING sum(part.going + part.renamed + part.moved + part.smaller + part.created) > 0
ORDER BY 2
