-- The violation as the centre has it. Moments in documents are UTC.
UPDATE violations
SET participant_id = (SELECT p.id FROM participants AS p WHERE p.uid = (c.centre ->> 'participant_uid')::uuid),
    room_id = (SELECT r.id FROM rooms AS r WHERE r.uid = (c.centre ->> 'room_uid')::uuid),
    exam_date = (c.centre ->> 'exam_date')::date, start_time = (c.centre ->> 'start_time')::time,
    kind = c.centre ->> 'kind', severity = c.centre ->> 'severity', note = c.centre ->> 'note',
    happened_at = replace(replace(c.centre ->> 'happened_at', 'T', ' '), 'Z', '')::timestamptz,
    recorded_by = c.centre ->> 'recorded_by', replaces = (c.centre ->> 'replaces')::uuid
FROM resolving
JOIN sync_conflicts AS c ON c.id = resolving.id AND c.entity = 'violation'
WHERE violations.id = c.row_id
