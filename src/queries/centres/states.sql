-- The centres that have a card, with their newest packages and receipts, and when their next exam is.
WITH exam AS (
    SELECT b.external_id, min(p.exam_date) AS exam_date
    FROM buildings AS b
    JOIN rooms AS r ON r.building_id = b.id
    JOIN participants AS p ON p.room_id = r.id
    WHERE p.is_active AND p.exam_date >= $1
    GROUP BY b.external_id
)
SELECT listed.hall AS hall_external_id, b.name AS hall, newest.version AS newest_version, newest.written_at,
       c.acked_version, c.acked_at, c.results_seq, c.results_at, c.centre_program AS program, c.clock_offset_seconds,
       exam.exam_date AS next_exam, CAST(0 AS bigint) AS open_conflicts,
       EXISTS (SELECT 1 FROM rooms AS r JOIN participants AS p ON p.room_id = r.id
               WHERE r.building_id = b.id AND p.exam_date = exam.exam_date
                 AND p.updated_at > newest.created_at) AS changed_since
FROM (SELECT (item.value ->> 'hall')::bigint AS hall FROM json_each($2) AS item) AS listed
LEFT JOIN buildings AS b ON b.external_id = listed.hall
LEFT JOIN exam ON exam.external_id = listed.hall
LEFT JOIN package_centres AS c ON c.hall_external_id = listed.hall
LEFT JOIN packages AS newest
    ON newest.hall_external_id = listed.hall
   AND newest.version = (SELECT max(version) FROM packages
                         WHERE packages.hall_external_id = listed.hall AND packages.written_at IS NOT NULL)
ORDER BY listed.hall
