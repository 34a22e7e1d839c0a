-- A date as it is and as it would be, by hall and start. What has begun does not count.
SELECT b.external_id AS hall_external_id, b.name AS hall, one.start_time,
       CAST(sum(one.rows_before) AS bigint) AS rows_before,
       CAST(sum(one.rows_after) AS bigint) AS rows_after,
       CAST(sum(one.people_before) AS bigint) AS people_before,
       CAST(sum(one.people_after) AS bigint) AS people_after
FROM (SELECT p.building_id, p.start_time, 1 AS rows_before, p.participant_count AS people_before,
             CASE WHEN p.id IN (SELECT row_id FROM change) THEN 0 ELSE 1 END AS rows_after,
             CASE WHEN p.id IN (SELECT row_id FROM change) THEN 0 ELSE p.participant_count END AS people_after
      FROM participants AS p
      WHERE p.exam_date = (SELECT exam_date FROM pass) AND p.is_active
      UNION ALL
      -- People of a row that has begun, which is not counted, are none that the date gains (see 11_guard.sql).
      SELECT src.building_id, src.start_time, 0, 0, 1,
             CASE WHEN heir.room_id IS NULL
                       AND NOT coalesce(live.is_active AND live.start_time <= (SELECT begun_through FROM pass), (1 = 0))
                  THEN src.participant_count ELSE 0 END
      FROM src
      LEFT JOIN participants AS live ON live.id = src.target_id
      LEFT JOIN (SELECT DISTINCT coalesce(moved_to_room_id, room_id) AS room_id,
                        coalesce(moved_to_start_time, start_time) AS start_time
                 FROM unseen
                 WHERE superseded OR moved_to_room_id IS NOT NULL) AS heir
             ON src.target_id IS NULL AND heir.room_id = src.room_id AND heir.start_time = src.start_time
      WHERE src.verdict IS NULL AND (src.target_id IS NULL OR src.target_id IN (SELECT row_id FROM change))) AS one
JOIN buildings AS b ON b.id = one.building_id
WHERE NOT coalesce(one.start_time <= (SELECT begun_through FROM pass), (1 = 0))
GROUP BY b.external_id, b.name, one.start_time
ORDER BY b.external_id, one.start_time
