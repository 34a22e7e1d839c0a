-- What was sent before and is in this hall no longer, or no longer active.
UPDATE package_rows
SET gone = (1 = 1), version = $1
FROM (
    SELECT sent.kind, sent.row_id, sent.hall_external_id
    FROM package_rows AS sent
    LEFT JOIN participants AS p ON sent.kind = 'participant' AND p.id = sent.row_id
    LEFT JOIN rooms AS r ON r.id = CASE sent.kind WHEN 'room' THEN sent.row_id ELSE p.room_id END
    LEFT JOIN buildings AS b ON b.id = r.building_id
    WHERE sent.hall_external_id = $2 AND NOT sent.gone AND sent.kind <> 'hall'
      AND (sent.kind = 'room'
           OR sent.exam_date IN (SELECT (item.value ->> 'date')::date FROM json_each($3) AS item))
      AND (b.external_id <> sent.hall_external_id OR (sent.kind = 'participant' AND NOT p.is_active))
) AS left_hall
WHERE package_rows.hall_external_id = left_hall.hall_external_id
  AND package_rows.kind = left_hall.kind AND package_rows.row_id = left_hall.row_id
