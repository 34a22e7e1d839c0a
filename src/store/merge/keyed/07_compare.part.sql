-- Each record that counts, or is about a live row, with that row.
CREATE TEMP TABLE matched_{entity} AS
SELECT s.*, live.id AS target_id, live.is_active AS was_active,
       live.id IS NOT NULL
       AND (live.is_active <> s.says_active
            OR live.source_updated_at IS DISTINCT FROM s.source_updated_at{differs}) AS changed
FROM stage_{entity} AS s
LEFT JOIN {table} AS live ON live.source = (SELECT source FROM pass) AND live.sourced_id = s.sourced_id{joins}
WHERE s.verdict IS NULL OR s.verdict NOT IN ('repeated', 'duplicate');

CREATE TEMP VIEW src_{entity} AS SELECT * FROM matched_{entity}
