-- Those of a first load that src leaves out.
UNION ALL
SELECT s.uid, NULL, r.building_id, r.id, NULL, s.start_time, NULL, NULL, s.exam_title, s.participant_count
FROM stage_entry AS s
JOIN rooms AS r ON r.external_id = s.room_external_id
WHERE s.kind = 'count' AND s.ordinal NOT IN (SELECT ordinal FROM src)
