-- The decisions that this package brings for the first time: a base that a centre names later has to be one of them.
INSERT INTO package_decisions (hall_external_id, row_id, version, status, marked_at, marked_by)
SELECT sent.hall_external_id, sent.row_id, sent.version, sent.attendance_status, sent.attendance_marked_at,
       sent.attendance_marked_by
FROM package_rows AS sent
WHERE sent.hall_external_id = $1 AND sent.version = $2 AND sent.kind = 'participant' AND NOT sent.gone
  AND (sent.attendance_status IS NOT NULL OR sent.attendance_marked_at IS NOT NULL
       OR sent.attendance_marked_by IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM package_decisions AS known
                  WHERE known.hall_external_id = sent.hall_external_id AND known.row_id = sent.row_id
                    AND known.status IS NOT DISTINCT FROM sent.attendance_status
                    AND known.marked_at IS NOT DISTINCT FROM sent.attendance_marked_at
                    AND known.marked_by IS NOT DISTINCT FROM sent.attendance_marked_by)
