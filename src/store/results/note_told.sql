-- The decisions as the newest results say them.
INSERT INTO attendance_told AS told (row_id, marked, status, marked_at, marked_by)
SELECT p.id, p.attendance_marked, p.attendance_status, p.attendance_marked_at, p.attendance_marked_by
FROM participants AS p
LEFT JOIN attendance_told AS t ON t.row_id = p.id
WHERE p.attendance_marked OR p.attendance_status IS NOT NULL OR p.attendance_marked_at IS NOT NULL
   OR p.attendance_marked_by IS NOT NULL OR t.row_id IS NOT NULL
ON CONFLICT (row_id) DO UPDATE
SET marked = excluded.marked, status = excluded.status, marked_at = excluded.marked_at, marked_by = excluded.marked_by
WHERE told.marked <> excluded.marked OR told.status IS DISTINCT FROM excluded.status
   OR told.marked_at IS DISTINCT FROM excluded.marked_at OR told.marked_by IS DISTINCT FROM excluded.marked_by
