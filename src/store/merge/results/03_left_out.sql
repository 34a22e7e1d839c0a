-- Decisions of rows that this hall was never sent, and on bases that it was not.
INSERT INTO result_left_out (entity, uid, code)
SELECT 'participant', s.uid,
       CASE WHEN p.id IS NULL THEN 'unknown_row' WHEN b.external_id = pass.hall THEN 'base_mismatch' ELSE 'foreign_row' END
FROM stage_result AS s
CROSS JOIN result_pass AS pass
LEFT JOIN participants AS p ON p.uid = s.uid
LEFT JOIN rooms AS r ON r.id = p.room_id
LEFT JOIN buildings AS b ON b.id = r.building_id
LEFT JOIN result_change AS known ON known.uid = s.uid
WHERE known.uid IS NULL
UNION ALL
SELECT 'participant', uid, 'base_mismatch' FROM result_change WHERE verdict = 'base_mismatch'
