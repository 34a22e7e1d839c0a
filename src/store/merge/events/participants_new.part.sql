touched AS (SELECT CAST(NULL AS bigint) AS hall, 0 AS updated, 0 AS deleted FROM pass WHERE (1 = 0))
