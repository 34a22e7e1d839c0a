-- The decisions on attendance of a hall and these dates: an unmarking that is stamped is one, too.
SELECT p.uid, p.attendance_marked AS marked, p.attendance_status AS status,
       p.attendance_marked_at AS marked_at, p.attendance_marked_by AS marked_by,
       NULL::text AS seen
FROM buildings AS b
JOIN rooms AS r ON r.building_id = b.id
JOIN participants AS p ON p.room_id = r.id
WHERE b.external_id = $1 AND p.is_active
  AND p.exam_date IN (SELECT (item.value ->> 'date')::date FROM json_each($2) AS item)
  AND (p.attendance_marked OR p.attendance_status IS NOT NULL OR p.attendance_marked_at IS NOT NULL
       OR p.attendance_marked_by IS NOT NULL)
ORDER BY p.exam_date, p.id
