-- What happened to halls and rooms, as they are now. Of what the change set says in several rows, one event is written.

INSERT INTO change_events (type, resource_type, resource_id, data, occurred_at, created_at)
SELECT 'hall.' || c.what, 'hall', CAST(b.external_id AS text),
       json_object('id', b.external_id, 'uid', b.external_uid, 'name', b.name, 'address', b.address,
                   'placeLimit', b.place_limit, 'regionId', b.region_id,
                   'isActive', CASE WHEN b.is_active THEN json('true') ELSE json('false') END),
       pass.now, pass.now
FROM (SELECT DISTINCT row_id, CASE WHEN action IN ('deactivated', 'reactivated') THEN action ELSE 'updated' END AS what
      FROM change
      WHERE entity = 'hall' AND action <> 'created') AS c
JOIN buildings AS b ON b.id = c.row_id
JOIN pass ON (1 = 1)
ORDER BY b.external_id, c.what;

INSERT INTO change_events (type, resource_type, resource_id, data, occurred_at, created_at)
SELECT 'room.' || c.what, 'room', CAST(r.external_id AS text),
       json_object('id', r.external_id, 'hallId', b.external_id, 'name', r.name, 'capacity', r.capacity,
                   'isActive', CASE WHEN r.is_active THEN json('true') ELSE json('false') END),
       pass.now, pass.now
FROM (SELECT DISTINCT row_id, CASE WHEN action IN ('deactivated', 'reactivated') THEN action ELSE 'updated' END AS what
      FROM change
      WHERE entity = 'room' AND action <> 'created') AS c
JOIN rooms AS r ON r.id = c.row_id
JOIN buildings AS b ON b.id = r.building_id
JOIN pass ON (1 = 1)
ORDER BY r.external_id, c.what;
