INSERT INTO stage_{entity} (ordinal, sourced_id, says_active, source_updated_at, path, problem, notice, verdict
                            {staged})
SELECT item.ordinal::bigint, item.sourced_id, item.says_active::boolean, item.source_updated_at::timestamptz, item.path,
       item.problem, item.notice, item.verdict{cast}
FROM ROWS FROM ({arrays})
     AS item (ordinal, sourced_id, says_active, source_updated_at, path, problem, notice, verdict{staged})
