-- Results that later ones name as theirs and that did not come: others of their number are of another copy.
INSERT INTO package_results (hall_external_id, instance, branch, imported_at, seq, results_id, only_named)
SELECT $1, $2::uuid, $3::uuid, $4::timestamptz, (item.value ->> 'seq')::bigint, (item.value ->> 'id')::uuid, (1 = 1)
FROM json_each($5) AS item
WHERE NOT EXISTS (SELECT 1 FROM package_results AS known
                  WHERE known.hall_external_id = $6 AND known.instance = $7
                    AND known.results_id = (item.value ->> 'id')::uuid)
