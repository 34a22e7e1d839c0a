SELECT o.external_id, l.local_key, l.was_active, l.problem AS old_problem,
       coalesce(l.rule = 'held', false) AND o.is_active AS is_held, coalesce(l.rule = 'held', false) AS waits, b.external_id AS parent_external_id,
       CASE WHEN coalesce(made.is_lost, hall.lost) THEN NULL
            WHEN hall.local_key IS NOT NULL THEN hall.local_key
            -- It is made before its rooms are: until then its own id stands for the key that it will have.
            WHEN made.acts AND made.problem IS NULL THEN '~new ' || b.external_id END AS building,
       o.name, CAST(NULL AS text) AS address, o.capacity, o.is_active AS active, CAST(NULL AS text) AS external_uid,
       CAST(NULL AS bigint) AS place_limit, CAST(NULL AS bigint) AS region_id, o.deleted_at, o.last_synced_at,
       o.sync_status
FROM rooms AS o
LEFT JOIN adoption_links AS l ON l.entity = 'rooms' AND l.external_id = o.external_id
JOIN buildings AS b ON b.id = o.building_id
LEFT JOIN adoption_links AS hall ON hall.entity = 'buildings' AND hall.external_id = b.external_id
LEFT JOIN project_buildings AS made ON made.external_id = b.external_id
WHERE {due}
