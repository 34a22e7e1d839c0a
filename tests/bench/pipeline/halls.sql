-- What a good engineer writes by hand for all halls and rooms: stage, compare, apply set by set. It keeps the
-- keys, the stamps, the missing rows and the log row of the contract, and none of its guard, errors or alerts.
\set ON_ERROR_STOP on
\set QUIET on
BEGIN;
SET LOCAL enable_nestloop = off;
SET LOCAL jit = off;
SET LOCAL work_mem = '128MB';

CREATE TEMP TABLE stage_hall (
    external_id bigint NOT NULL, external_uid text, name text NOT NULL, address text, place_limit bigint, region_id bigint
) ON COMMIT DROP;
CREATE TEMP TABLE stage_room (
    external_id bigint NOT NULL, hall_external_id bigint NOT NULL, name text NOT NULL, capacity integer NOT NULL
) ON COMMIT DROP;
\copy stage_hall FROM 'halls.csv' CSV
\copy stage_room FROM 'rooms.csv' CSV
ANALYZE stage_hall;
ANALYZE stage_room;

-- Two records of one hall or room would overwrite each other: better said at once.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM stage_hall GROUP BY external_id HAVING count(*) > 1)
       OR EXISTS (SELECT 1 FROM stage_room GROUP BY external_id HAVING count(*) > 1) THEN
        RAISE EXCEPTION 'a hall or room is listed twice';
    END IF;
END
$$;

UPDATE buildings
SET is_active = false, deleted_at = now(), updated_at = now()
WHERE is_active AND external_id NOT IN (SELECT external_id FROM stage_hall);

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value)
SELECT '00000000-0000-0000-0000-000000000000', 'building_renamed', 'building', b.id,
       jsonb_build_object('name', b.name), jsonb_build_object('name', s.name)
FROM stage_hall AS s
JOIN buildings AS b ON b.external_id = s.external_id
WHERE b.name <> s.name;

UPDATE buildings AS b
SET external_uid = s.external_uid, name = s.name, address = s.address, place_limit = s.place_limit,
    region_id = s.region_id, is_active = true, deleted_at = NULL, last_synced_at = now(),
    updated_at = CASE WHEN b.is_active
                       AND (b.external_uid, b.name, b.address, b.place_limit, b.region_id)
                           IS NOT DISTINCT FROM (s.external_uid, s.name, s.address, s.place_limit, s.region_id)
                      THEN b.updated_at ELSE now() END
FROM stage_hall AS s
WHERE b.external_id = s.external_id;

INSERT INTO buildings (external_id, external_uid, name, address, place_limit, region_id, last_synced_at)
SELECT external_id, external_uid, name, address, place_limit, region_id, now()
FROM stage_hall AS s
WHERE NOT EXISTS (SELECT 1 FROM buildings AS b WHERE b.external_id = s.external_id);

CREATE TEMP TABLE src ON COMMIT DROP AS
SELECT s.external_id, s.name, s.capacity, b.id AS building_id, r.id AS room_id,
       (r.name, r.capacity, r.building_id, r.is_active) IS DISTINCT FROM (s.name, s.capacity, b.id, true) AS changed
FROM stage_room AS s
JOIN buildings AS b ON b.external_id = s.hall_external_id
LEFT JOIN rooms AS r ON r.external_id = s.external_id;
ANALYZE src;

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value)
SELECT '00000000-0000-0000-0000-000000000000', 'room_capacity_changed', 'room', r.id,
       jsonb_build_object('capacity', r.capacity), jsonb_build_object('capacity', s.capacity)
FROM src AS s
JOIN rooms AS r ON r.id = s.room_id
WHERE r.capacity <> s.capacity;

UPDATE rooms
SET is_active = false, deleted_at = now(), updated_at = now()
WHERE is_active AND NOT EXISTS (SELECT 1 FROM src WHERE src.room_id = rooms.id);

UPDATE rooms AS r
SET name = s.name, capacity = s.capacity, building_id = s.building_id, is_active = true, deleted_at = NULL,
    last_synced_at = now(), updated_at = now()
FROM src AS s
WHERE r.id = s.room_id AND s.changed;

UPDATE rooms AS r
SET last_synced_at = now()
FROM src AS s
WHERE r.id = s.room_id AND NOT s.changed;

INSERT INTO rooms (external_id, building_id, name, capacity, last_synced_at)
SELECT external_id, building_id, name, capacity, now()
FROM src
WHERE room_id IS NULL;

INSERT INTO sync_logs (run_id, sync_type, started_at, completed_at, status, records_processed)
SELECT '00000000-0000-0000-0000-000000000000', 'hall_rooms', now(), clock_timestamp(), 'completed', count(*)
FROM stage_room;
COMMIT;
