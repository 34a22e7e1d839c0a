-- The halls and rooms that the pass created. They bear its time, and no other row does.

INSERT INTO change_events (type, resource_type, resource_id, data, occurred_at, created_at)
SELECT 'hall.created', 'hall', CAST(b.external_id AS text),
       json_object('id', b.external_id, 'uid', b.external_uid, 'name', b.name, 'address', b.address,
                   'placeLimit', b.place_limit, 'regionId', b.region_id,
                   'isActive', CASE WHEN b.is_active THEN json('true') ELSE json('false') END),
       pass.now, pass.now
FROM buildings AS b
JOIN pass ON pass.now = b.created_at
ORDER BY b.external_id;

INSERT INTO change_events (type, resource_type, resource_id, data, occurred_at, created_at)
SELECT 'room.created', 'room', CAST(r.external_id AS text),
       json_object('id', r.external_id, 'hallId', b.external_id, 'name', r.name, 'capacity', r.capacity,
                   'isActive', CASE WHEN r.is_active THEN json('true') ELSE json('false') END),
       pass.now, pass.now
FROM rooms AS r
JOIN pass ON pass.now = r.created_at
JOIN buildings AS b ON b.id = r.building_id
ORDER BY r.external_id;
