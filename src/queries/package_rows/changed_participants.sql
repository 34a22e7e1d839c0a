-- Those of them that changed since a package, and all of some dates. What is sent now is noted already.
SELECT p.exam_date, p.start_time, b.external_id AS hall_id, r.external_id AS room_id,
       p.external_profile_exam_id AS profile_exam_id, p.place_id, p.participant_id, p.participant_name, p.exam_title,
       CASE WHEN p.external_profile_exam_id IS NULL THEN p.participant_count END AS participant_count,
       p.uid AS local_uid
FROM buildings AS b
JOIN rooms AS r ON r.building_id = b.id
JOIN participants AS p ON p.room_id = r.id
JOIN package_rows AS sent
    ON sent.hall_external_id = b.external_id AND sent.kind = 'participant' AND sent.row_id = p.id
WHERE b.external_id = $1 AND p.is_active
  AND p.exam_date IN (SELECT (item.value ->> 'date')::date FROM json_each($2) AS item)
  AND (sent.version > $3 OR p.exam_date IN (SELECT (item.value ->> 'date')::date FROM json_each($4) AS item))
ORDER BY p.exam_date, p.start_time, r.external_id, p.external_profile_exam_id
