SELECT (SELECT count(*) FROM src_{entity} WHERE verdict IS NULL AND target_id IS NULL) AS created,
       (SELECT count(*) FROM src_{entity} WHERE verdict IS NULL AND changed) AS updated,
       (SELECT count(*) FROM src_{entity} WHERE verdict IS NULL AND target_id IS NOT NULL AND NOT changed) AS unchanged,
       (SELECT count(*) FROM gone_{entity})
           + (SELECT count(*) FROM src_{entity} WHERE verdict IS NULL AND was_active AND NOT says_active) AS deleted,
       (SELECT count(*) FROM stage_{entity} WHERE verdict NOT IN ('repeated', 'stands_in')) AS errored,
       (SELECT count(*) FROM stage_{entity} WHERE verdict IN ('bad_record', 'duplicate')) AS bad,
       (SELECT count(*) FROM src_{entity} WHERE verdict IS NULL AND notice IS NOT NULL) AS noticed
