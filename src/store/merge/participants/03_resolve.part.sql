-- The one join: every entry with its room, its hall and the live row that it is about. Which entries, stands before
-- this (02_all_entries.part.sql and the like). A verdict of null is good; unknown rooms are reported, never lost.
SELECT s.ordinal, s.uid, s.kind, s.start_time, s.hall_external_id, s.room_external_id, s.profile_exam_id, s.place_id,
       s.participant_count, s.participant_id, s.participant_name, s.exam_title, s.notice,
       r.id AS room_id,
       r.building_id,
       r.capacity,
       r.is_active AS room_is_active,
       coalesce(c.is_active, p.is_active) AS was_active,
       -- The cast gives the column a type on SQLite, which else compares it with a row id without its index.
       CAST(coalesce(c.id, p.id) AS bigint) AS target_id,
       CASE s.kind
         WHEN 'count' THEN c.id IS NOT NULL
              AND (s.participant_count <> c.participant_count
                   OR s.exam_title IS DISTINCT FROM c.exam_title
                   OR NOT c.is_active
                   OR r.building_id <> c.building_id)
         WHEN 'seat' THEN p.id IS NOT NULL
              AND (r.id <> p.room_id
                   OR r.building_id <> p.building_id
                   OR s.start_time <> p.start_time
                   OR s.place_id IS DISTINCT FROM p.place_id
                   OR s.participant_id IS DISTINCT FROM p.participant_id
                   OR s.participant_name IS DISTINCT FROM p.participant_name
                   OR s.exam_title IS DISTINCT FROM p.exam_title
                   OR NOT p.is_active)
         ELSE (1 = 0)
       END AS changed,
       CASE WHEN s.kind = 'repeat' THEN 'repeat'
            WHEN s.problem IS NOT NULL THEN 'bad_record'
            WHEN r.id IS NULL OR b.id IS NULL THEN 'unknown_room'
            WHEN r.building_id <> b.id THEN 'hall_mismatch'
       END AS verdict,
       CASE WHEN s.problem IS NOT NULL THEN s.problem
            WHEN r.id IS NULL THEN 'room ' || s.room_external_id || ' is not known here'
            WHEN b.id IS NULL THEN 'hall ' || s.hall_external_id || ' is not known here'
            WHEN r.building_id <> b.id THEN 'room ' || s.room_external_id || ' is not in hall ' || s.hall_external_id
       END AS problem
FROM entry AS s
LEFT JOIN rooms AS r ON r.external_id = s.room_external_id
LEFT JOIN buildings AS b ON b.external_id = s.hall_external_id
LEFT JOIN participants AS c
       ON s.kind = 'count'
      AND c.room_id = r.id
      AND c.exam_date = (SELECT exam_date FROM pass)
      AND c.start_time = s.start_time
      AND coalesce(c.external_profile_exam_id, 0) = 0
LEFT JOIN participants AS p
       ON s.kind = 'seat'
      AND p.external_profile_exam_id = s.profile_exam_id
      AND p.exam_date = (SELECT exam_date FROM pass)
