INSERT INTO stage_result (uid, marked, status, marked_at, marked_by, base_marked, base_status, base_marked_at,
                          base_marked_by, base_version, room_id, start_time, place_id, participant_name, participant_count)
SELECT (item.value ->> 'uid')::uuid, (item.value ->> 'marked')::boolean, item.value ->> 'status',
       (item.value ->> 'marked_at')::timestamptz, (item.value ->> 'marked_by')::bigint,
       coalesce((item.value -> 'base' ->> 'marked')::boolean, (1 = 0)), item.value -> 'base' ->> 'status',
       (item.value -> 'base' ->> 'marked_at')::timestamptz, (item.value -> 'base' ->> 'marked_by')::bigint,
       (item.value ->> 'base_version')::bigint, (item.value ->> 'room_id')::bigint, (item.value ->> 'start_time')::time,
       (item.value ->> 'place_id')::bigint, item.value ->> 'participant_name',
       (item.value ->> 'participant_count')::integer
FROM json_each($1) AS item
WHERE (1 = 1)
ON CONFLICT (uid) DO NOTHING
