-- The active rows that go, lose people or move to a start time that has begun, with what is left of them.
SELECT subject || ': ' || left_over AS key, hall_external_id
FROM (SELECT subject, amount_after AS left_over, hall_external_id
      FROM change WHERE (action = 'deactivated' AND rows_lost > 0) OR people_lost > 0
      UNION ALL
      -- No people are lost, but the date is left without the row.
      SELECT subject, 0, hall_external_id
      FROM change WHERE action <> 'deactivated' AND rows_lost > 0) AS losing
ORDER BY subject
