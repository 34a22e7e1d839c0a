-- Rooms that become too small for the people who are assigned to them, or become known to be. Only where the seats
-- change there is an amount.

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', 'hall_rooms', 'capacity_below_assigned',
       c.subject || ' now has ' || c.amount_after || ' seats, but ' || worst.people
       || ' people are assigned to it at one time',
       c.external_id, NULL, c.ordinal, (1 = 1), (1 = 1)
FROM change AS c
JOIN (SELECT room_id, max(people) AS people
      FROM (SELECT room_id, CAST(sum(participant_count) AS bigint) AS people
            FROM participants
            WHERE is_active AND exam_date >= (SELECT today FROM pass)
              AND room_id IN (SELECT row_id FROM change
                              WHERE entity = 'room' AND amount_after IS NOT NULL
                                AND (amount_before IS NULL OR amount_after < amount_before))
            GROUP BY room_id, exam_date, start_time) AS slot
      GROUP BY room_id) AS worst ON worst.room_id = c.row_id
WHERE c.entity = 'room' AND worst.people > c.amount_after
  AND (c.amount_before IS NULL OR c.amount_after < c.amount_before);
