SELECT 'participants' AS sync_type,
       (SELECT count(*) FROM src WHERE verdict IS NULL AND target_id IS NULL) AS created,
       (SELECT count(*) FROM src WHERE verdict IS NULL AND changed) AS updated,
       (SELECT count(*) FROM src WHERE verdict = 'check' OR (verdict IS NULL AND target_id IS NOT NULL AND NOT changed)) AS unchanged,
       (SELECT count(*) FROM gone WHERE NOT begun) AS deleted,
       (SELECT count(*) FROM src WHERE verdict IN ('bad_record', 'duplicate', 'unknown_room', 'hall_mismatch')) AS errored,
       (SELECT count(*) FROM src WHERE verdict = 'bad_record') AS bad
