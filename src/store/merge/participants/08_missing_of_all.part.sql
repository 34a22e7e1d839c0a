-- Where src holds every entry.
WHERE (SELECT active > seen FROM pass)
  AND p.exam_date = (SELECT exam_date FROM pass)
  AND p.is_active
  AND NOT EXISTS (SELECT 1 FROM src
                  WHERE src.target_id = p.id
                    -- Of several records with one key, the verdict of the kept one decides.
                    AND (src.verdict IS NULL OR src.verdict NOT IN ('check', 'repeat', 'duplicate', 'added')))
