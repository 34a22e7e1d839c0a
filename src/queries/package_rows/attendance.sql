-- The decisions on attendance of a hall and these dates: an unmarking that is stamped is one, too, and so is
-- none where the centre had one that head office knows of.
SELECT p.uid, p.attendance_marked AS marked, p.attendance_status AS status,
       p.attendance_marked_at AS marked_at, p.attendance_marked_by AS marked_by,
       seen.marked AS seen_marked, seen.status AS seen_status, seen.marked_at AS seen_marked_at,
       seen.marked_by AS seen_marked_by
FROM buildings AS b
CROSS JOIN rooms AS r
CROSS JOIN participants AS p
LEFT JOIN package_seen AS seen ON seen.hall_external_id = b.external_id AND seen.row_id = p.id
WHERE b.external_id = $1 AND r.building_id = b.id AND p.room_id = r.id AND p.is_active
  AND p.exam_date IN (SELECT (item.value ->> 'date')::date FROM json_each($2) AS item)
  AND (p.attendance_marked OR p.attendance_status IS NOT NULL OR p.attendance_marked_at IS NOT NULL
       OR p.attendance_marked_by IS NOT NULL OR seen.row_id IS NOT NULL)
