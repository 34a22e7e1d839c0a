-- The newest last, as they are decided.
SELECT id, uid, hall_external_id, entity, key, base, head, centre, package_id, state, resolution, resolved_by, reason,
       opened_at, closed_at
FROM sync_conflicts
WHERE (state = 'open' OR $1)
  AND ($2 OR hall_external_id IN (SELECT (item.value ->> 'hall')::bigint FROM json_each($3) AS item))
ORDER BY id
