-- What changes, by name: the first 20 of each kind, and how many there are.
SELECT action, entity, label, total
FROM (
    SELECT action, entity, label,
           count(*) OVER (PARTITION BY action, entity) AS total,
           row_number() OVER (PARTITION BY action, entity ORDER BY external_id) AS nth
    FROM (
        SELECT 'created' AS action, 'hall' AS entity, external_id,
               external_id || ' ' || name AS label
        FROM src_hall WHERE building_id IS NULL
        UNION ALL
        SELECT 'renamed', 'hall', external_id, external_id || ' ' || old_name || ' → ' || name
        FROM src_hall WHERE changed AND name <> old_name
        UNION ALL
        SELECT 'reactivated', 'hall', external_id, external_id || ' ' || name
        FROM src_hall WHERE is_active AND NOT was_active
        UNION ALL
        SELECT 'changed', 'hall', external_id, external_id || ' ' || name
        FROM src_hall WHERE changed AND name = old_name AND is_active = was_active
        UNION ALL
        SELECT 'created', 'room', external_id, external_id || ' ' || name || ' in ' || hall_name
        FROM src_room WHERE room_id IS NULL
        UNION ALL
        SELECT 'renamed', 'room', external_id, external_id || ' ' || old_name || ' → ' || name
        FROM src_room WHERE changed AND name <> old_name
        UNION ALL
        SELECT 'moved', 'room', external_id, external_id || ' ' || name || ': ' || old_hall_name || ' → ' || hall_name
        FROM src_room WHERE changed AND hall_external_id <> old_hall_external_id
        UNION ALL
        SELECT 'changed', 'room', external_id, external_id || ' ' || name || ': ' || old_capacity || ' → ' || capacity || ' seats'
        FROM src_room WHERE changed AND capacity <> old_capacity
        UNION ALL
        SELECT 'reactivated', 'room', external_id, external_id || ' ' || name
        FROM src_room WHERE is_active AND NOT was_active
        UNION ALL
        SELECT 'deactivated', kind, external_id, external_id || ' ' || name
        FROM going
    ) AS one
) AS counted
WHERE nth <= 20
ORDER BY entity, action, nth
