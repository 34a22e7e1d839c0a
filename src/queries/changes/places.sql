-- What became of halls and rooms, oldest first, and whether the date has or had people there.
WITH used AS (
    SELECT DISTINCT building_id, room_id
    FROM participants
    WHERE exam_date = $1 AND (is_active OR deleted_at >= $2)
)
SELECT a.action, b.external_id AS hall, b.name AS hall_name, NULL AS room, NULL AS room_name,
       coalesce(readable_json(a.old_value), 'null') AS old_value, coalesce(readable_json(a.new_value), 'null') AS new_value,
       a.entity_id IN (SELECT building_id FROM used) AS is_used, a.id AS position
FROM audit_logs AS a
JOIN buildings AS b ON b.id = a.entity_id
WHERE a.created_at >= $3 AND a.entity_type = 'building'
UNION ALL
SELECT a.action, b.external_id, b.name, r.external_id, r.name, coalesce(readable_json(a.old_value), 'null'),
       coalesce(readable_json(a.new_value), 'null'), a.entity_id IN (SELECT room_id FROM used), a.id
FROM audit_logs AS a
JOIN rooms AS r ON r.id = a.entity_id
JOIN buildings AS b ON b.id = r.building_id
WHERE a.created_at >= $4 AND a.entity_type = 'room'
ORDER BY position
