-- What changes, by name: the first 20 of each kind, and how many there are.
SELECT action, entity, label, total
FROM (
    SELECT action, 'participants' AS entity, label,
           count(*) OVER (PARTITION BY action) AS total,
           row_number() OVER (PARTITION BY action ORDER BY label) AS nth
    FROM (
        SELECT 'created' AS action,
               s.start_time || ' ' || r.name || ', ' || b.name || ': '
               || CASE WHEN s.profile_exam_id IS NULL THEN CAST(s.participant_count AS text)
                       ELSE 'seat of ' || s.profile_exam_id || coalesce(', ' || s.participant_name, '') END AS label
        FROM src AS s JOIN rooms AS r ON r.id = s.room_id JOIN buildings AS b ON b.id = s.building_id
        WHERE s.verdict IS NULL AND s.target_id IS NULL
        UNION ALL
        SELECT CASE WHEN NOT c.was_active THEN 'reactivated'
                    WHEN c.room_id <> c.old_room_id OR c.start_time <> c.old_start_time THEN 'moved'
                    ELSE 'changed' END,
               CASE WHEN c.was_active AND (c.room_id <> c.old_room_id OR c.start_time <> c.old_start_time)
                    THEN c.old_start_time || ' ' || old_room.name || ', ' || old_hall.name || ' → ' ELSE '' END
               || c.start_time || ' ' || new_room.name || ', ' || new_hall.name || ': '
               || CASE WHEN c.profile_exam_id IS NULL
                       THEN CASE WHEN c.was_active AND c.old_count <> c.participant_count
                                 THEN c.old_count || ' → ' ELSE '' END
                            || c.participant_count
                       ELSE 'seat of ' || c.profile_exam_id
                            || coalesce(', ' || CASE WHEN c.was_active AND c.old_name <> c.participant_name
                                                     THEN c.old_name || ' → ' ELSE '' END
                                             || c.participant_name, '') END
        FROM changing AS c
        JOIN rooms AS old_room ON old_room.id = c.old_room_id
        JOIN buildings AS old_hall ON old_hall.id = old_room.building_id
        JOIN rooms AS new_room ON new_room.id = c.room_id
        JOIN buildings AS new_hall ON new_hall.id = new_room.building_id
        UNION ALL
        SELECT 'deactivated',
               g.start_time || ' ' || r.name || ', ' || b.name || ': '
               || CASE WHEN g.external_profile_exam_id IS NULL THEN CAST(g.participant_count AS text)
                       ELSE 'seat of ' || g.external_profile_exam_id || coalesce(', ' || p.participant_name, '') END
        FROM gone AS g
        JOIN participants AS p ON p.id = g.id
        JOIN rooms AS r ON r.id = g.room_id
        JOIN buildings AS b ON b.id = r.building_id
        WHERE NOT g.begun
    ) AS one
) AS counted
WHERE nth <= 20
ORDER BY action, nth
