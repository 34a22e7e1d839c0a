-- One audit row per consequential change, with old and new value; creation leaves none.

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, 'building_renamed', 'building', s.building_id,
       json_object('name', s.old_name), json_object('name', s.name),
       json_object('external_id', s.external_id), pass.now
FROM src_hall AS s, pass
WHERE s.changed AND s.name <> s.old_name;

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, 'building_deactivated', 'building', g.id,
       '{"is_active": true}', '{"is_active": false}',
       json_object('external_id', g.external_id, 'name', g.name), pass.now
FROM going AS g, pass
WHERE g.kind = 'hall';

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, 'building_reactivated', 'building', s.building_id,
       '{"is_active": false}', '{"is_active": true}',
       json_object('external_id', s.external_id, 'name', s.name), pass.now
FROM src_hall AS s, pass
WHERE s.is_active AND NOT s.was_active;

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, 'room_renamed', 'room', s.room_id,
       json_object('name', s.old_name), json_object('name', s.name),
       json_object('external_id', s.external_id, 'hall_external_id', s.hall_external_id), pass.now
FROM src_room AS s, pass
WHERE s.changed AND s.name <> s.old_name;

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, 'room_moved', 'room', s.room_id,
       json_object('hall_external_id', s.old_hall_external_id, 'hall_name', s.old_hall_name),
       json_object('hall_external_id', s.hall_external_id, 'hall_name', s.hall_name),
       json_object('external_id', s.external_id, 'name', s.name), pass.now
FROM src_room AS s, pass
WHERE s.changed AND s.hall_external_id <> s.old_hall_external_id;

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, 'room_capacity_changed', 'room', s.room_id,
       json_object('capacity', s.old_capacity), json_object('capacity', s.capacity),
       json_object('external_id', s.external_id, 'name', s.name), pass.now
FROM src_room AS s, pass
WHERE s.changed AND s.capacity <> s.old_capacity;

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, 'room_deactivated', 'room', g.id,
       '{"is_active": true}', '{"is_active": false}',
       json_object('external_id', g.external_id, 'name', g.name), pass.now
FROM going AS g, pass
WHERE g.kind = 'room';

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, 'room_reactivated', 'room', s.room_id,
       '{"is_active": false}', '{"is_active": true}',
       json_object('external_id', s.external_id, 'name', s.name), pass.now
FROM src_room AS s, pass
WHERE s.is_active AND NOT s.was_active;
