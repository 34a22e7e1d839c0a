-- The attendance of the rows that changed since a package, also where there is no decision any more.
SELECT p.uid, p.attendance_marked AS marked, p.attendance_status AS status,
       p.attendance_marked_at AS marked_at, p.attendance_marked_by AS marked_by,
       seen.marked AS seen_marked, seen.status AS seen_status, seen.marked_at AS seen_marked_at,
       seen.marked_by AS seen_marked_by
FROM buildings AS b
CROSS JOIN rooms AS r
CROSS JOIN participants AS p
CROSS JOIN package_rows AS sent
LEFT JOIN package_seen AS seen ON seen.hall_external_id = b.external_id AND seen.row_id = p.id
WHERE b.external_id = $1 AND r.building_id = b.id AND p.room_id = r.id
  AND sent.hall_external_id = b.external_id AND sent.kind = 'participant' AND sent.row_id = p.id AND p.is_active
  AND p.exam_date IN (SELECT (item.value ->> 'date')::date FROM json_each($2) AS item)
  AND (sent.version > $3 OR p.exam_date IN (SELECT (item.value ->> 'date')::date FROM json_each($4) AS item))
