-- Whether there is anything that the newest results did not say.
SELECT EXISTS (
    SELECT 1
    FROM participants AS p
    LEFT JOIN attendance_told AS t ON t.row_id = p.id
    WHERE coalesce(t.marked, (1 = 0)) <> p.attendance_marked
       OR t.status IS DISTINCT FROM p.attendance_status
       OR t.marked_at IS DISTINCT FROM p.attendance_marked_at
       OR t.marked_by IS DISTINCT FROM p.attendance_marked_by
    UNION ALL
    SELECT 1 FROM violations WHERE id > (SELECT coalesce(max(last_violation_id), 0) FROM package_instances)
) AS value
