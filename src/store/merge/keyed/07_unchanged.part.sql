-- The same where every record is as its row: only who asks joins them.
CREATE TEMP VIEW src_{entity} AS
SELECT s.*, live.id AS target_id, live.is_active AS was_active, (1 = 0) AS changed
FROM stage_{entity} AS s
JOIN {table} AS live ON live.source = (SELECT source FROM pass) AND live.sourced_id = s.sourced_id
