-- Every row that was ever marked here or that head office said anything of, with what it has from a package: results hold
-- all of it each time.
SELECT p.uid, p.attendance_marked, p.attendance_status, p.attendance_marked_at, p.attendance_marked_by,
       coalesce(b.marked, (1 = 0)), b.status, b.marked_at, b.marked_by, b.version, coalesce(b.is_refused, (1 = 0)),
       r.external_id, p.start_time, p.place_id, p.participant_name, p.participant_count
FROM participants AS p
JOIN rooms AS r ON r.id = p.room_id
LEFT JOIN attendance_base AS b ON b.row_id = p.id
LEFT JOIN attendance_told AS t ON t.row_id = p.id
WHERE p.attendance_marked OR p.attendance_status IS NOT NULL OR p.attendance_marked_at IS NOT NULL
   OR p.attendance_marked_by IS NOT NULL OR b.row_id IS NOT NULL OR t.row_id IS NOT NULL
ORDER BY p.exam_date, p.id
