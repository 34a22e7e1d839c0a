-- Rows and people that have not begun: how many there are, and how many the pass removes and adds.
SELECT coming AS rows_before,
       CAST(people_coming AS bigint) AS people_before,
       lost.rows_gone,
       lost.rows_gained + new.rows_gained AS rows_gained,
       CAST(lost.people - new.people AS bigint) AS people_lost
FROM pass,
     (SELECT count(CASE WHEN rows_lost > 0 THEN 1 END) AS rows_gone,
             count(CASE WHEN rows_lost < 0 THEN 1 END) AS rows_gained,
             coalesce(sum(people_lost), 0) AS people
      FROM change
      WHERE action <> 'created') AS lost,
     (SELECT count(CASE WHEN start_time <= (SELECT begun_through FROM pass) THEN NULL ELSE 1 END) AS rows_gained,
             -- Those of a row that has begun, and so was not counted, are none that the date gains.
             coalesce(sum(CASE WHEN (room_id, start_time) IN (SELECT coalesce(moved_to_room_id, room_id),
                                                                     coalesce(moved_to_start_time, start_time)
                                                              FROM unseen
                                                              WHERE superseded OR moved_to_room_id IS NOT NULL)
                               THEN 0 ELSE participant_count END), 0) AS people
      FROM src
      WHERE verdict IS NULL AND target_id IS NULL) AS new
