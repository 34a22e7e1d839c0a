-- All rooms of the hall as they are sent now, as of note_hall.sql.
INSERT INTO package_rows AS sent (hall_external_id, kind, row_id, version, sent_at)
SELECT b.external_id, 'room', r.id, $1::bigint, r.updated_at
FROM buildings AS b
JOIN rooms AS r ON r.building_id = b.id
WHERE b.external_id = $2
ON CONFLICT (hall_external_id, kind, row_id) DO UPDATE
SET version = excluded.version, sent_at = excluded.sent_at, gone = excluded.gone
WHERE sent.gone OR sent.sent_at <> excluded.sent_at
