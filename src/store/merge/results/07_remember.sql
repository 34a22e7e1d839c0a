-- What this copy says now, and which of its decisions head office knows of.
UPDATE package_said
SET until_seq = (SELECT seq FROM result_pass)
WHERE instance = (SELECT instance FROM result_pass) AND until_seq IS NULL
  AND row_id IN (SELECT row_id FROM result_change WHERE verdict IN ('taken', 'agreed', 'conflict'));

INSERT INTO package_said (instance, row_id, seq, base_version, marked, status, marked_at, marked_by)
SELECT pass.instance, c.row_id, pass.seq, c.base_version, c.marked, c.status, c.marked_at, c.marked_by
FROM result_change AS c
CROSS JOIN result_pass AS pass
WHERE c.verdict IN ('taken', 'agreed', 'conflict');

INSERT INTO package_seen AS known (hall_external_id, row_id, marked, status, marked_at, marked_by, changed_at)
SELECT pass.hall, c.row_id, c.marked, c.status, c.marked_at, c.marked_by, pass.now
FROM result_change AS c
CROSS JOIN result_pass AS pass
WHERE c.verdict IN ('taken', 'agreed')
   OR (c.verdict = 'conflict'
       AND EXISTS (SELECT 1 FROM result_conflict AS met
                   WHERE met.entity = 'participant' AND met.row_id = c.row_id AND met.known_state IN ('resolved', 'agreed')))
ON CONFLICT (hall_external_id, row_id) DO UPDATE
SET marked = excluded.marked, status = excluded.status, marked_at = excluded.marked_at, marked_by = excluded.marked_by,
    changed_at = excluded.changed_at;
