-- The halls of the feed joined with the live ones, for a `halls` pass: the scope is all halls.

CREATE TEMP TABLE src_hall AS
SELECT s.ordinal, s.uid, s.external_id, s.external_uid, s.name, s.address, s.place_limit, s.region_id,
       (s.says_active AND s.deleted_at IS NULL) AS is_active,
       s.deleted_at AS given_deleted_at,
       b.id AS building_id,
       b.name AS old_name,
       b.is_active AS was_active,
       (b.id IS NOT NULL
        AND (s.external_uid IS DISTINCT FROM b.external_uid
             OR s.name <> b.name
             OR s.address IS DISTINCT FROM b.address
             OR s.place_limit IS DISTINCT FROM b.place_limit
             OR s.region_id IS DISTINCT FROM b.region_id
             OR (s.says_active AND s.deleted_at IS NULL) <> b.is_active
             OR (s.deleted_at IS NOT NULL AND s.deleted_at IS DISTINCT FROM b.deleted_at))) AS changed
FROM stage_place AS s
LEFT JOIN buildings AS b ON b.external_id = s.external_id
WHERE s.kind = 'hall' AND s.verdict IS NULL;

-- Absence counts only where every key of the scope could be read.
CREATE TEMP TABLE gone_hall AS
SELECT b.id AS building_id, b.external_id, b.name
FROM buildings AS b
WHERE b.is_active
  AND NOT EXISTS (SELECT 1 FROM stage_place WHERE external_id IS NULL)
  AND NOT EXISTS (SELECT 1 FROM stage_place AS s WHERE s.kind = 'hall' AND s.external_id = b.external_id);

-- Halls whose missing rooms count as absent: not those whose own record is broken.
CREATE TEMP TABLE judged AS
SELECT b.id AS building_id
FROM buildings AS b
WHERE NOT EXISTS (SELECT 1 FROM stage_place WHERE external_id IS NULL)
  AND (b.id IN (SELECT building_id FROM src_hall WHERE building_id IS NOT NULL)
       OR b.external_id NOT IN (SELECT external_id FROM stage_place
                                WHERE kind = 'hall' AND external_id IS NOT NULL));

-- Halls that are inactive when this pass is done: they take their rooms along.
CREATE TEMP TABLE closing AS
SELECT building_id FROM src_hall WHERE building_id IS NOT NULL AND NOT is_active
UNION ALL
SELECT building_id FROM gone_hall;
