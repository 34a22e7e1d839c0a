-- The hall as it is sent now. The number moves only where it is not as it was sent last.
INSERT INTO package_rows AS sent (hall_external_id, kind, row_id, version, sent_at)
SELECT b.external_id, 'hall', b.id, $1::bigint, b.updated_at
FROM buildings AS b
WHERE b.external_id = $2
ON CONFLICT (hall_external_id, kind, row_id) DO UPDATE
SET version = excluded.version, sent_at = excluded.sent_at
WHERE sent.sent_at <> excluded.sent_at
