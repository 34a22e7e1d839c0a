-- The program never writes a row twice. Which of two is meant can't be known: the first one counts.
INSERT INTO result_left_out (entity, uid, code)
SELECT 'participant', later.uid, 'duplicate'
FROM stage_result AS later
WHERE EXISTS (SELECT 1 FROM stage_result AS earlier WHERE earlier.uid = later.uid AND earlier.ordinal < later.ordinal)
UNION ALL
SELECT 'violation', later.uid, 'duplicate'
FROM stage_violation AS later
WHERE EXISTS (SELECT 1 FROM stage_violation AS earlier WHERE earlier.uid = later.uid AND earlier.ordinal < later.ordinal);

DELETE FROM stage_result
WHERE EXISTS (SELECT 1 FROM stage_result AS earlier
              WHERE earlier.uid = stage_result.uid AND earlier.ordinal < stage_result.ordinal);

DELETE FROM stage_violation
WHERE EXISTS (SELECT 1 FROM stage_violation AS earlier
              WHERE earlier.uid = stage_violation.uid AND earlier.ordinal < stage_violation.ordinal);
