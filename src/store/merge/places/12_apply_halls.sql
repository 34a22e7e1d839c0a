-- Halls: the missing, the changed, the unchanged, the new, the broken. Local columns are never named here.

UPDATE buildings
SET is_active = (1 = 0), deleted_at = (SELECT now FROM pass), updated_at = (SELECT now FROM pass)
WHERE id IN (SELECT building_id FROM gone_hall);

UPDATE buildings
SET external_uid = s.external_uid,
    name = s.name,
    address = s.address,
    place_limit = s.place_limit,
    region_id = s.region_id,
    is_active = s.is_active,
    deleted_at = CASE WHEN s.is_active THEN NULL
                      WHEN s.given_deleted_at IS NOT NULL THEN s.given_deleted_at
                      WHEN s.was_active THEN (SELECT now FROM pass)
                      ELSE buildings.deleted_at END,
    sync_status = CASE buildings.sync_status WHEN 'sync_error' THEN 'synced' ELSE buildings.sync_status END,
    sync_error = NULL,
    last_synced_at = (SELECT now FROM pass),
    updated_at = (SELECT now FROM pass)
FROM src_hall AS s
WHERE buildings.id = s.building_id AND s.changed;

UPDATE buildings
SET sync_status = CASE sync_status WHEN 'sync_error' THEN 'synced' ELSE sync_status END,
    sync_error = NULL,
    last_synced_at = (SELECT now FROM pass)
WHERE id IN (SELECT building_id FROM src_hall WHERE building_id IS NOT NULL AND NOT changed)
  AND (last_synced_at IS NULL OR last_synced_at < (SELECT stamp_before FROM pass) OR sync_status = 'sync_error');

INSERT INTO buildings (uid, external_id, external_uid, name, address, place_limit, region_id,
                       is_active, deleted_at, last_synced_at, created_at, updated_at)
SELECT coalesce(s.uid, gen_random_uuid()), s.external_id, s.external_uid, s.name, s.address, s.place_limit, s.region_id, s.is_active,
       CASE WHEN s.is_active THEN NULL ELSE coalesce(s.given_deleted_at, (SELECT now FROM pass)) END,
       (SELECT now FROM pass), (SELECT now FROM pass), (SELECT now FROM pass)
FROM src_hall AS s
WHERE s.building_id IS NULL
ORDER BY s.ordinal;

UPDATE buildings
SET sync_status = 'sync_error', sync_error = bad.problem
FROM (SELECT external_id, min(ordinal) AS ordinal
      FROM stage_place
      WHERE kind = 'hall' AND verdict = 'bad_record'
      GROUP BY external_id) AS first
JOIN stage_place AS bad ON bad.ordinal = first.ordinal
WHERE first.external_id = buildings.external_id
  AND NOT EXISTS (SELECT 1 FROM src_hall AS s WHERE s.external_id = buildings.external_id)
  AND (buildings.sync_status <> 'sync_error' OR buildings.sync_error IS DISTINCT FROM bad.problem);
