-- The rooms that a package names as gone.
INSERT INTO gone_room (room_id, external_id, name, hall_external_id)
SELECT r.id, r.external_id, r.name, b.external_id
FROM rooms AS r
JOIN buildings AS b ON b.id = r.building_id
WHERE r.is_active
  AND r.uid IN (SELECT (item.value ->> 0)::uuid FROM json_each((SELECT gone FROM pass)) AS item)
  AND r.id NOT IN (SELECT room_id FROM gone_room)
  AND NOT EXISTS (SELECT 1 FROM stage_place AS s WHERE s.kind = 'room' AND s.external_id = r.external_id);
