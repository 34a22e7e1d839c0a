-- Where the feed is presorted: it has counts only, and src holds only what differs.
JOIN rooms AS r ON r.id = p.room_id
WHERE (SELECT active > seen FROM pass)
  AND p.exam_date = (SELECT exam_date FROM pass)
  AND p.is_active
  -- Of a package, only its hall, or only what it names.
  AND ((SELECT absent_in_hall FROM pass) IS NULL
       OR p.building_id IN (SELECT id FROM buildings WHERE external_id = (SELECT absent_in_hall FROM pass)))
  AND ((SELECT gone FROM pass) IS NULL
       OR p.uid IN (SELECT (item.value ->> 0)::uuid FROM json_each((SELECT gone FROM pass)) AS item))
  AND NOT EXISTS (SELECT 1 FROM stage_entry AS s
                  WHERE s.room_external_id = r.external_id AND s.start_time = p.start_time
                    AND s.kind = 'count' AND coalesce(p.external_profile_exam_id, 0) = 0)
