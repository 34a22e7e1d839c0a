-- What is odd where the feed has seats: a count for the same room that differs, and a seat given twice.

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', 'participants', 'count_differs',
       'room ' || odd.room_external_id || ' at ' || odd.start_time || ': the feed counts '
       || odd.participant_count || ' people and seats ' || seated.people,
       odd.room_external_id, odd.path, odd.ordinal, (seated.news = 1), (1 = 0)
FROM odd
JOIN seated ON seated.room_id = odd.room_id AND seated.start_time = odd.start_time
WHERE odd.verdict = 'check' AND odd.participant_count <> seated.people;

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', 'participants', 'seat_taken',
       'seat ' || taken.place_id || ' of room ' || r.external_id || ' (' || isolated(r.name) || ') at '
       || taken.start_time || ' is given to ' || taken.people || ' people',
       r.external_id, NULL, taken.ordinal, (taken.news = 1), (1 = 0)
FROM (SELECT room_id, start_time, place_id, count(*) AS people, min(ordinal) AS ordinal,
             max(CASE WHEN target_id IS NULL OR changed THEN 1 ELSE 0 END) AS news
      FROM src
      WHERE verdict IS NULL AND kind = 'seat' AND place_id IS NOT NULL
      GROUP BY room_id, start_time, place_id
      HAVING count(*) > 1) AS taken
JOIN rooms AS r ON r.id = taken.room_id;
