-- Every row that would be deactivated, by kind and external id, with the hall whose word it is.
SELECT 'hall ' || external_id AS key, external_id AS hall_external_id FROM gone_hall
UNION ALL
SELECT 'hall ' || external_id, external_id FROM src_hall WHERE was_active AND NOT is_active
UNION ALL
SELECT 'room ' || external_id, hall_external_id FROM gone_room
UNION ALL
SELECT 'room ' || external_id, hall_external_id FROM src_room WHERE was_active AND NOT is_active
