-- A row that goes is one that its old hall loses; one that moves changed both halls.
touched AS (
    SELECT hall, sum(updated) AS updated, sum(deleted) AS deleted
    FROM (SELECT CASE WHEN goes THEN old_hall_external_id ELSE hall_external_id END AS hall,
                 CASE WHEN goes THEN 0 ELSE 1 END AS updated, CASE WHEN goes THEN 1 ELSE 0 END AS deleted
          FROM change
          WHERE action <> 'created'
          UNION ALL
          SELECT old_hall_external_id, 1, 0
          FROM change
          WHERE action <> 'created' AND NOT goes AND old_hall_external_id <> hall_external_id) AS each_row
    GROUP BY hall
)
