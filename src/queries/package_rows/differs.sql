-- Whether the hall, one of its rooms, or one of its participants of these dates is not as it was sent last.
SELECT EXISTS (
    SELECT 1
    FROM buildings AS b
    CROSS JOIN rooms AS r
    CROSS JOIN participants AS p
    LEFT JOIN package_rows AS sent
        ON sent.hall_external_id = b.external_id AND sent.kind = 'participant' AND sent.row_id = p.id
    LEFT JOIN package_seen AS seen ON seen.hall_external_id = b.external_id AND seen.row_id = p.id
    WHERE b.external_id = $1 AND r.building_id = b.id AND p.room_id = r.id AND p.is_active
      AND p.exam_date IN (SELECT (item.value ->> 'date')::date FROM json_each($2) AS item)
      AND (sent.row_id IS NULL OR sent.gone OR sent.sent_at <> p.updated_at
           OR sent.attendance_marked <> p.attendance_marked
           OR sent.attendance_status IS DISTINCT FROM p.attendance_status
           OR sent.attendance_marked_at IS DISTINCT FROM p.attendance_marked_at
           OR sent.attendance_marked_by IS DISTINCT FROM p.attendance_marked_by
           OR sent.seen_at IS DISTINCT FROM seen.changed_at)
    UNION ALL
    SELECT 1
    FROM buildings AS b
    LEFT JOIN rooms AS r ON r.building_id = b.id
    LEFT JOIN package_rows AS hall
        ON hall.hall_external_id = b.external_id AND hall.kind = 'hall' AND hall.row_id = b.id
    LEFT JOIN package_rows AS room
        ON room.hall_external_id = b.external_id AND room.kind = 'room' AND room.row_id = r.id
    WHERE b.external_id = $3
      AND (hall.row_id IS NULL OR hall.sent_at <> b.updated_at
           OR (r.id IS NOT NULL AND (room.row_id IS NULL OR room.gone OR room.sent_at <> r.updated_at)))
    UNION ALL
    SELECT 1
    FROM package_rows AS sent
    LEFT JOIN participants AS p ON sent.kind = 'participant' AND p.id = sent.row_id
    LEFT JOIN rooms AS r ON r.id = CASE sent.kind WHEN 'room' THEN sent.row_id ELSE p.room_id END
    LEFT JOIN buildings AS b ON b.id = r.building_id
    WHERE sent.hall_external_id = $4 AND NOT sent.gone AND sent.kind <> 'hall'
      AND (sent.kind = 'room'
           OR sent.exam_date IN (SELECT (item.value ->> 'date')::date FROM json_each($5) AS item))
      AND (b.external_id <> sent.hall_external_id OR (sent.kind = 'participant' AND NOT p.is_active))
) AS value
