-- Where src holds every entry.
WHERE (SELECT active > seen FROM pass)
  AND p.exam_date = (SELECT exam_date FROM pass)
  AND p.is_active
  -- Of a package, only its hall, or only what it names.
  AND ((SELECT absent_in_hall FROM pass) IS NULL
       OR p.building_id IN (SELECT id FROM buildings WHERE external_id = (SELECT absent_in_hall FROM pass)))
  AND ((SELECT gone FROM pass) IS NULL
       OR p.uid IN (SELECT (item.value ->> 0)::uuid FROM json_each((SELECT gone FROM pass)) AS item))
  AND NOT EXISTS (SELECT 1 FROM src
                  WHERE src.target_id = p.id
                    -- Of several records with one key, the verdict of the kept one decides.
                    AND (src.verdict IS NULL OR src.verdict NOT IN ('check', 'repeat', 'duplicate', 'added')))
