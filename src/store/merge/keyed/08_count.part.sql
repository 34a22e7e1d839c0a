SELECT src.created, src.updated, src.unchanged,
       src.going + (SELECT count(*) FROM gone_{entity}) AS deleted,
       staged.errored, staged.bad, src.noticed, src.staying, src.marked
FROM (SELECT count(CASE WHEN verdict IS NULL AND target_id IS NULL THEN 1 END) AS created,
             count(CASE WHEN verdict IS NULL AND changed THEN 1 END) AS updated,
             count(CASE WHEN verdict IS NULL AND target_id IS NOT NULL AND NOT changed THEN 1 END) AS unchanged,
             count(CASE WHEN verdict IS NULL AND was_active AND NOT says_active THEN 1 END) AS going,
             count(CASE WHEN verdict IS NULL AND notice IS NOT NULL THEN 1 END) AS noticed,
             count(CASE WHEN verdict IS NULL AND says_active THEN 1 END) AS staying,
             count(CASE WHEN verdict IS NOT NULL AND target_id IS NOT NULL THEN 1 END) AS marked
      FROM src_{entity}) AS src
CROSS JOIN (SELECT count(CASE WHEN verdict NOT IN ('repeated', 'stands_in') THEN 1 END) AS errored,
                   count(CASE WHEN verdict IN ('bad_record', 'duplicate') THEN 1 END) AS bad
            FROM stage_{entity}) AS staged
