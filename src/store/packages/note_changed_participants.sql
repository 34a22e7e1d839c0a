-- As note_participants.sql, of those that are not as they were sent last: a row that stays as it is costs no write.
INSERT INTO package_rows AS sent (hall_external_id, kind, row_id, exam_date, version, sent_at, attendance_marked,
                                  attendance_status, attendance_marked_at, attendance_marked_by, seen_at)
SELECT b.external_id, 'participant', p.id, p.exam_date, $1::bigint, p.updated_at, p.attendance_marked,
       p.attendance_status, p.attendance_marked_at, p.attendance_marked_by, seen.changed_at
FROM buildings AS b
CROSS JOIN rooms AS r
CROSS JOIN participants AS p
LEFT JOIN package_seen AS seen ON seen.hall_external_id = b.external_id AND seen.row_id = p.id
LEFT JOIN package_rows AS known
    ON known.hall_external_id = b.external_id AND known.kind = 'participant' AND known.row_id = p.id
WHERE b.external_id = $2 AND r.building_id = b.id AND p.room_id = r.id AND p.is_active
  AND p.exam_date IN (SELECT (item.value ->> 'date')::date FROM json_each($3) AS item)
  AND (known.row_id IS NULL OR known.gone OR known.sent_at <> p.updated_at
       OR known.attendance_marked <> p.attendance_marked
       OR known.attendance_status IS DISTINCT FROM p.attendance_status
       OR known.attendance_marked_at IS DISTINCT FROM p.attendance_marked_at
       OR known.attendance_marked_by IS DISTINCT FROM p.attendance_marked_by
       OR known.seen_at IS DISTINCT FROM seen.changed_at)
ORDER BY p.id
ON CONFLICT (hall_external_id, kind, row_id) DO UPDATE
SET version = excluded.version, sent_at = excluded.sent_at, gone = excluded.gone,
    attendance_marked = excluded.attendance_marked, attendance_status = excluded.attendance_status,
    attendance_marked_at = excluded.attendance_marked_at, attendance_marked_by = excluded.attendance_marked_by,
    seen_at = excluded.seen_at
