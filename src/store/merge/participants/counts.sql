SELECT 'participants' AS sync_type, created, updated, unchanged,
       (SELECT count(*) FROM gone WHERE NOT begun) AS deleted,
       errored, bad, (SELECT count(*) FROM odd) AS noticed
FROM weighed
