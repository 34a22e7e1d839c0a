INSERT INTO stage_violation (uid, participant_uid, room_uid, exam_date, start_time, kind, severity, note, happened_at,
                             recorded_by, replaces, created_at)
SELECT (item.value ->> 'uid')::uuid, (item.value ->> 'participant_uid')::uuid, (item.value ->> 'room_uid')::uuid,
       (item.value ->> 'exam_date')::date, (item.value ->> 'start_time')::time, item.value ->> 'kind',
       item.value ->> 'severity', item.value ->> 'note', (item.value ->> 'happened_at')::timestamptz,
       item.value ->> 'recorded_by', (item.value ->> 'replaces')::uuid, (item.value ->> 'created_at')::timestamptz
FROM json_each($1) AS item
