-- Halls whose answer is not modified: their active rooms are confirmed as they are, except those that are staged because
-- another hall lists them, too (01_screen.sql).
INSERT INTO src_room (ordinal, external_id, name, capacity, hall_external_id, hall_name, is_active,
                      given_deleted_at, room_id, old_name, old_capacity, was_active,
                      old_hall_external_id, old_hall_name, changed)
SELECT hall.ordinal, r.external_id, r.name, r.capacity, hall.external_id, hall.name, r.is_active,
       r.deleted_at, r.id, r.name, r.capacity, r.is_active, hall.external_id, hall.name, (1 = 0)
FROM src_hall AS hall
JOIN rooms AS r ON r.building_id = hall.building_id AND r.is_active
WHERE hall.ordinal IN (SELECT ordinal FROM stage_place WHERE kind = 'asked' AND not_modified)
  AND r.external_id NOT IN (SELECT external_id FROM stage_place WHERE kind = 'room' AND external_id IS NOT NULL);
