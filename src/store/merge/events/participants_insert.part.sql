SELECT 'participants.changed', 'participants', b.external_id || '/' || pass.exam_date,
       json_object('hallId', b.external_id, 'examDate', CAST(pass.exam_date AS text),
                   'created', coalesce(live.created, 0), 'updated', coalesce(touched.updated, 0),
                   'deleted', coalesce(touched.deleted, 0), 'people', coalesce(live.people, 0)),
       pass.now, pass.now
FROM buildings AS b
JOIN pass ON (1 = 1)
LEFT JOIN live ON live.building_id = b.id
LEFT JOIN touched ON touched.hall = b.external_id
WHERE live.created > 0 OR touched.hall IS NOT NULL
ORDER BY b.external_id
