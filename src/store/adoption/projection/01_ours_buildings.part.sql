SELECT o.external_id, l.local_key, l.was_active, l.problem AS old_problem,
       coalesce(l.rule = 'held', false) AND o.is_active AS is_held, coalesce(l.rule = 'held', false) AS waits, CAST(NULL AS bigint) AS parent_external_id,
       CAST(NULL AS text) AS building, o.name, o.address, CAST(NULL AS integer) AS capacity, o.is_active AS active,
       o.external_uid, o.place_limit, o.region_id, o.deleted_at, o.last_synced_at, o.sync_status
FROM buildings AS o
LEFT JOIN adoption_links AS l ON l.entity = 'buildings' AND l.external_id = o.external_id
WHERE {due}
