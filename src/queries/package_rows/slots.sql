-- The start times of a hall on these dates; perhaps of inactive rows alone, which are in the index, too.
SELECT DISTINCT p.exam_date, p.start_time
FROM buildings AS b
CROSS JOIN rooms AS r
CROSS JOIN participants AS p
WHERE b.external_id = $1 AND r.building_id = b.id AND p.room_id = r.id
  AND p.exam_date IN (SELECT (item.value ->> 'date')::date FROM json_each($2) AS item)
ORDER BY 1, 2
