-- In the order of the feed, which is the order in which they are staged: to sort them would take a tenth longer.
INSERT INTO {table} (uid, source, sourced_id{columns}{id_columns}, source_updated_at, is_active, deleted_at,
                     last_synced_at, created_at, updated_at)
SELECT coalesce(s.uid, gen_random_uuid()), (SELECT source FROM pass), s.sourced_id{src_columns}{ids},
       s.source_updated_at, s.says_active, CASE WHEN s.says_active THEN NULL ELSE (SELECT now FROM pass) END,
       (SELECT now FROM pass), (SELECT now FROM pass), (SELECT now FROM pass)
FROM src_{entity} AS s{id_joins}
WHERE s.verdict IS NULL AND s.target_id IS NULL
