-- Head office knows of these decisions now: they go down as seen.
INSERT INTO package_seen AS known (hall_external_id, row_id, marked, status, marked_at, marked_by, changed_at)
SELECT c.hall_external_id, c.row_id, said.marked, said.status, said.marked_at, said.marked_by, pass.now
FROM resolving
JOIN sync_conflicts AS c ON c.id = resolving.id AND c.entity = 'participant'
JOIN package_said AS said ON said.instance = c.instance AND said.row_id = c.row_id AND said.seq = c.seq
CROSS JOIN pass
WHERE c.id = (SELECT max(same.id) FROM sync_conflicts AS same
              WHERE same.id IN (SELECT id FROM resolving) AND same.hall_external_id = c.hall_external_id
                AND same.entity = c.entity AND same.row_id = c.row_id)
ON CONFLICT (hall_external_id, row_id) DO UPDATE
SET marked = excluded.marked, status = excluded.status, marked_at = excluded.marked_at, marked_by = excluded.marked_by,
    changed_at = excluded.changed_at
