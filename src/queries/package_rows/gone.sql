-- Rooms and participants that were sent once and are no longer in the hall, or no longer active.
SELECT uid, exam_date
FROM (
    SELECT r.uid, sent.exam_date
    FROM package_rows AS sent
    JOIN rooms AS r ON r.id = sent.row_id
    WHERE sent.hall_external_id = $1 AND sent.kind = 'room' AND sent.gone AND sent.version > $2
    UNION ALL
    SELECT p.uid, sent.exam_date
    FROM package_rows AS sent
    JOIN participants AS p ON p.id = sent.row_id
    WHERE sent.hall_external_id = $3 AND sent.kind = 'participant' AND sent.gone
      AND sent.exam_date IN (SELECT (item.value ->> 'date')::date FROM json_each($4) AS item)
      AND (sent.version > $5
           OR sent.exam_date IN (SELECT (item.value ->> 'date')::date FROM json_each($6) AS item))
) AS gone
ORDER BY exam_date, uid
LIMIT $7
