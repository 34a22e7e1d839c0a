-- Those of some halls that have an exam on one of these days, and whose centre does not have the newest package.
SELECT listed.hall AS value
FROM (SELECT (item.value ->> 'hall')::bigint AS hall FROM json_each($1) AS item) AS listed
JOIN buildings AS b ON b.external_id = listed.hall
LEFT JOIN package_centres AS c ON c.hall_external_id = listed.hall
WHERE (c.acked_version IS NULL
       OR NOT EXISTS (SELECT 1 FROM packages AS acked
                      WHERE acked.hall_external_id = listed.hall AND acked.written_at IS NOT NULL
                        AND acked.version <= c.acked_version)
       OR EXISTS (SELECT 1 FROM packages AS newer
                  WHERE newer.hall_external_id = listed.hall AND newer.written_at IS NOT NULL
                    AND newer.version > c.acked_version))
  AND EXISTS (SELECT 1 FROM rooms AS r JOIN participants AS p ON p.room_id = r.id
              WHERE r.building_id = b.id AND p.is_active AND p.exam_date >= $2 AND p.exam_date <= $3)
ORDER BY listed.hall
