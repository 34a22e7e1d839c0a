-- The halls that go or lose rooms, by the hall whose word takes them.
SELECT b.external_id AS hall_external_id, b.name AS hall,
       count(CASE c.entity WHEN 'hall' THEN 1 END) > 0 AS goes,
       (SELECT count(*) FROM rooms AS r WHERE r.building_id = b.id AND r.is_active) AS rooms,
       count(CASE c.entity WHEN 'room' THEN 1 END) AS rooms_going
FROM change AS c
JOIN buildings AS b ON b.external_id = c.hall_external_id
WHERE c.action = 'deactivated'
GROUP BY b.id, b.external_id, b.name
ORDER BY b.external_id
