-- What happens to halls and rooms. One row may be renamed, moved and deactivated at once.

INSERT INTO change (entity, action, row_id, external_id, hall_external_id, ordinal, label, subject,
                    audit_action, old_value, new_value, metadata)
SELECT 'hall', 'renamed', building_id, external_id, external_id, ordinal,
       external_id || ' ' || isolated(old_name) || ' → ' || isolated(name), NULL,
       'building_renamed', json_object('name', old_name), json_object('name', name),
       json_object('external_id', external_id)
FROM src_hall WHERE changed AND name <> old_name
UNION ALL
SELECT 'hall', 'deactivated', building_id, external_id, external_id, ordinal,
       external_id || ' ' || isolated(name), 'hall ' || external_id || ' (' || isolated(name) || ')',
       'building_deactivated', '{"is_active": true}', '{"is_active": false}',
       json_object('external_id', external_id, 'name', name)
FROM (SELECT building_id, external_id, name, CAST(NULL AS bigint) AS ordinal FROM gone_hall
      UNION ALL
      SELECT building_id, external_id, name, ordinal FROM src_hall WHERE was_active AND NOT is_active) AS going
UNION ALL
SELECT 'hall', 'reactivated', building_id, external_id, external_id, ordinal,
       external_id || ' ' || isolated(name), NULL,
       'building_reactivated', '{"is_active": false}', '{"is_active": true}',
       json_object('external_id', external_id, 'name', name)
FROM src_hall WHERE is_active AND NOT was_active
UNION ALL
SELECT 'hall', 'changed', building_id, external_id, external_id, ordinal,
       external_id || ' ' || isolated(name), NULL, NULL, NULL, NULL, NULL
FROM src_hall WHERE changed AND name = old_name AND is_active = was_active
UNION ALL
SELECT 'hall', 'created', NULL, external_id, external_id, ordinal,
       external_id || ' ' || isolated(name), NULL, NULL, NULL, NULL, NULL
FROM src_hall WHERE (SELECT lists_created FROM pass) AND building_id IS NULL;

INSERT INTO change (entity, action, row_id, external_id, hall_external_id, ordinal, label, subject,
                    amount_before, amount_after, audit_action, old_value, new_value, metadata)
SELECT 'room', 'renamed', room_id, external_id, hall_external_id, ordinal,
       external_id || ' ' || isolated(old_name) || ' → ' || isolated(name), NULL, CAST(NULL AS integer), CAST(NULL AS integer),
       'room_renamed', json_object('name', old_name), json_object('name', name),
       json_object('external_id', external_id, 'hall_external_id', hall_external_id)
FROM src_room WHERE changed AND name <> old_name
UNION ALL
SELECT 'room', 'moved', room_id, external_id, hall_external_id, ordinal,
       external_id || ' ' || isolated(name) || ': ' || isolated(old_hall_name) || ' → ' || isolated(hall_name), NULL, NULL, NULL,
       'room_moved', json_object('hall_external_id', old_hall_external_id, 'hall_name', old_hall_name),
       json_object('hall_external_id', hall_external_id, 'hall_name', hall_name),
       json_object('external_id', external_id, 'name', name)
FROM src_room WHERE changed AND hall_external_id <> old_hall_external_id
UNION ALL
SELECT 'room', 'changed', room_id, external_id, hall_external_id, ordinal,
       external_id || ' ' || isolated(name) || ': ' || coalesce(CAST(old_capacity AS text), 'unknown') || ' → '
       || coalesce(CAST(capacity AS text), 'unknown') || ' seats',
       'room ' || external_id || ' (' || isolated(name) || ', ' || isolated(hall_name) || ')', old_capacity, capacity,
       'room_capacity_changed', json_object('capacity', old_capacity), json_object('capacity', capacity),
       json_object('external_id', external_id, 'name', name)
FROM src_room WHERE changed AND capacity IS DISTINCT FROM old_capacity
UNION ALL
SELECT 'room', 'deactivated', room_id, external_id, hall_external_id, ordinal,
       external_id || ' ' || isolated(name), 'room ' || external_id || ' (' || isolated(name) || ')', NULL, NULL,
       'room_deactivated', '{"is_active": true}', '{"is_active": false}',
       json_object('external_id', external_id, 'name', name)
FROM (SELECT room_id, external_id, name, hall_external_id, CAST(NULL AS bigint) AS ordinal FROM gone_room
      UNION ALL
      SELECT room_id, external_id, old_name, hall_external_id, ordinal
      FROM src_room WHERE was_active AND NOT is_active) AS going
UNION ALL
SELECT 'room', 'reactivated', room_id, external_id, hall_external_id, ordinal,
       external_id || ' ' || isolated(name), NULL, NULL, NULL,
       'room_reactivated', '{"is_active": false}', '{"is_active": true}',
       json_object('external_id', external_id, 'name', name)
FROM src_room WHERE is_active AND NOT was_active
UNION ALL
-- Only its time of deletion, which is not reported.
SELECT 'room', 'changed', room_id, external_id, hall_external_id, ordinal,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM src_room
WHERE changed AND name = old_name AND hall_external_id = old_hall_external_id
  AND capacity IS NOT DISTINCT FROM old_capacity AND is_active = was_active
UNION ALL
SELECT 'room', 'created', NULL, external_id, hall_external_id, ordinal,
       external_id || ' ' || isolated(name) || ' in ' || isolated(hall_name), NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM src_room WHERE (SELECT lists_created FROM pass) AND room_id IS NULL;
