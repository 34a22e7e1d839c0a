-- What changes, by name: the first 20 of each kind, and how many there are.
SELECT action, entity, label, total
FROM (
    SELECT action, 'participants' AS entity, label,
           count(*) OVER (PARTITION BY action) AS total,
           row_number() OVER (PARTITION BY action ORDER BY label) AS nth
    FROM (
        SELECT 'created' AS action,
               s.start_time || ' ' || r.name || ', ' || b.name || ': ' || s.participant_count AS label
        FROM src AS s JOIN rooms AS r ON r.id = s.room_id JOIN buildings AS b ON b.id = s.building_id
        WHERE s.verdict IS NULL AND s.target_id IS NULL
        UNION ALL
        SELECT CASE WHEN NOT c.was_active THEN 'reactivated'
                    WHEN c.room_id <> c.old_room_id OR c.start_time <> c.old_start_time THEN 'moved'
                    ELSE 'changed' END,
               c.old_start_time || ' ' || old_room.name || ': ' || c.old_count || ' → '
               || c.start_time || ' ' || new_room.name || ': ' || c.participant_count
        FROM changing AS c
        JOIN rooms AS old_room ON old_room.id = c.old_room_id
        JOIN rooms AS new_room ON new_room.id = c.room_id
        UNION ALL
        SELECT 'deactivated', g.start_time || ' ' || r.name || ', ' || b.name || ': ' || g.participant_count
        FROM gone AS g JOIN rooms AS r ON r.id = g.room_id JOIN buildings AS b ON b.id = r.building_id
        WHERE NOT g.begun
    ) AS one
) AS counted
WHERE nth <= 20
ORDER BY action, nth
