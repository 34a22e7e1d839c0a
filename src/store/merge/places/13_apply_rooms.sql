-- Rooms: as for halls. New halls have their ids by now, so a room finds its hall by external id.

UPDATE rooms
SET is_active = (1 = 0), deleted_at = (SELECT now FROM pass), updated_at = (SELECT now FROM pass)
WHERE id IN (SELECT room_id FROM gone_room);

UPDATE rooms
SET building_id = b.id,
    name = s.name,
    capacity = s.capacity,
    is_active = s.is_active,
    deleted_at = CASE WHEN s.is_active THEN NULL
                      WHEN s.given_deleted_at IS NOT NULL THEN s.given_deleted_at
                      WHEN s.was_active THEN (SELECT now FROM pass)
                      ELSE rooms.deleted_at END,
    sync_status = CASE rooms.sync_status WHEN 'sync_error' THEN 'synced' ELSE rooms.sync_status END,
    sync_error = NULL,
    last_synced_at = (SELECT now FROM pass),
    updated_at = (SELECT now FROM pass)
FROM src_room AS s
JOIN buildings AS b ON b.external_id = s.hall_external_id
WHERE rooms.id = s.room_id AND s.changed;

UPDATE rooms
SET sync_status = CASE sync_status WHEN 'sync_error' THEN 'synced' ELSE sync_status END,
    sync_error = NULL,
    last_synced_at = (SELECT now FROM pass)
WHERE (id IN (SELECT room_id FROM src_room WHERE room_id IS NOT NULL AND NOT changed)
       -- Unchanged rooms are left out only where all active rooms were seen.
       OR (is_active AND (SELECT presorted_records FROM pass) IS NOT NULL))
  AND (last_synced_at IS NULL OR last_synced_at < (SELECT stamp_before FROM pass) OR sync_status = 'sync_error');

INSERT INTO rooms (uid, external_id, building_id, name, capacity, is_active, deleted_at,
                   last_synced_at, created_at, updated_at)
SELECT coalesce(s.uid, gen_random_uuid()), s.external_id, b.id, s.name, s.capacity, s.is_active,
       CASE WHEN s.is_active THEN NULL ELSE coalesce(s.given_deleted_at, (SELECT now FROM pass)) END,
       (SELECT now FROM pass), (SELECT now FROM pass), (SELECT now FROM pass)
FROM (SELECT ordinal, uid, external_id, hall_external_id, name, capacity, is_active, given_deleted_at
      FROM src_room
      WHERE room_id IS NULL
      UNION ALL
      -- Those of a first load that src_room leaves out.
      SELECT room.ordinal, room.uid, room.external_id, hall.external_id, room.name, room.capacity, (1 = 1), NULL
      FROM stage_place AS room
      JOIN stage_place AS hall ON hall.ordinal = room.parent AND hall.kind <> 'room'
      WHERE (SELECT plain > 0 FROM weighed) AND room.kind = 'room'
        AND room.ordinal NOT IN (SELECT ordinal FROM src_room)) AS s
JOIN buildings AS b ON b.external_id = s.hall_external_id
ORDER BY s.ordinal;

UPDATE rooms
SET sync_status = 'sync_error', sync_error = bad.problem
FROM (SELECT external_id, min(ordinal) AS ordinal
      FROM stage_place
      WHERE kind = 'room' AND verdict = 'bad_record'
      GROUP BY external_id) AS first
JOIN stage_place AS bad ON bad.ordinal = first.ordinal
WHERE first.external_id = rooms.external_id
  AND NOT EXISTS (SELECT 1 FROM src_room AS s WHERE s.external_id = rooms.external_id)
  AND (rooms.sync_status <> 'sync_error' OR rooms.sync_error IS DISTINCT FROM bad.problem);
