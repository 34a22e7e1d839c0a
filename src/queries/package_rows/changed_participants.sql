-- Those of them that changed since a package, joined in the same order. What is sent now is noted already.
SELECT b.external_id, r.external_id, p.external_profile_exam_id, p.place_id, p.participant_id, p.participant_name, p.exam_title,
       CASE WHEN p.external_profile_exam_id IS NULL THEN p.participant_count END, p.uid
FROM buildings AS b
CROSS JOIN rooms AS r
CROSS JOIN participants AS p
CROSS JOIN package_rows AS sent
WHERE b.external_id = $1 AND r.building_id = b.id AND p.room_id = r.id
  AND sent.hall_external_id = b.external_id AND sent.kind = 'participant' AND sent.row_id = p.id
  AND p.exam_date = $2 AND p.start_time = $3 AND p.is_active AND sent.version > $4
ORDER BY r.id, coalesce(p.external_profile_exam_id, 0)
