INSERT INTO stage_attendance (uid, marked, status, marked_at, marked_by, is_seen, seen_status, seen_marked_at,
                              seen_marked_by)
SELECT (item.value ->> 'uid')::uuid, (item.value ->> 'marked')::boolean, item.value ->> 'status',
       (item.value ->> 'marked_at')::timestamptz, (item.value ->> 'marked_by')::bigint,
       item.value ->> 'seen' IS NOT NULL, item.value -> 'seen' ->> 'status',
       (item.value -> 'seen' ->> 'marked_at')::timestamptz, (item.value -> 'seen' ->> 'marked_by')::bigint
FROM json_each($1) AS item
