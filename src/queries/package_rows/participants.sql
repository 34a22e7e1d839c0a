-- The participants of a hall at one start, in the order of an index, so that nothing is sorted. The order of the joins is
-- given: the statistics of SQLite may speak for reading all of the date.
SELECT b.external_id, r.external_id, p.external_profile_exam_id, p.place_id, p.participant_id, p.participant_name, p.exam_title,
       CASE WHEN p.external_profile_exam_id IS NULL THEN p.participant_count END, p.uid
FROM buildings AS b
CROSS JOIN rooms AS r
CROSS JOIN participants AS p
WHERE b.external_id = $1 AND r.building_id = b.id AND p.room_id = r.id
  AND p.exam_date = $2 AND p.start_time = $3 AND p.is_active
ORDER BY r.id, coalesce(p.external_profile_exam_id, 0)
