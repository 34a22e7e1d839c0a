-- The halls that were asked for their rooms, for a `rooms` pass: the scope is each of them by itself.
-- Only their rooms are compared.

CREATE TEMP TABLE src_hall AS
SELECT s.ordinal, s.uid, b.external_id, b.external_uid, b.name, b.address, b.place_limit, b.region_id,
       b.is_active,
       b.deleted_at AS given_deleted_at,
       b.id AS building_id,
       b.name AS old_name,
       b.is_active AS was_active,
       (1 = 0) AS changed
FROM stage_place AS s
JOIN buildings AS b ON b.external_id = s.external_id
WHERE s.kind = 'asked';

CREATE TEMP TABLE gone_hall AS
SELECT id AS building_id, external_id, name FROM buildings WHERE 1 = 0;

CREATE TEMP TABLE judged AS
SELECT h.building_id
FROM src_hall AS h
WHERE NOT EXISTS (SELECT 1 FROM stage_place AS s WHERE s.parent = h.ordinal AND s.external_id IS NULL)
  AND h.ordinal NOT IN (SELECT ordinal FROM stage_place WHERE kind = 'asked' AND not_modified);

CREATE TEMP TABLE closing AS
SELECT building_id FROM src_hall WHERE NOT is_active;
