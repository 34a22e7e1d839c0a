-- The active rooms, by the two ids with which an entry names one.
SELECT r.id, r.building_id, r.capacity, r.external_id, b.external_id AS hall_external_id
FROM rooms AS r
JOIN buildings AS b ON b.id = r.building_id
WHERE r.is_active
