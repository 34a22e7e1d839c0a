-- What the pass changed is due, whatever becomes of the projection.
UPDATE adoption_links AS l
SET due = true
FROM (SELECT DISTINCT CASE entity WHEN 'hall' THEN 'buildings' ELSE 'rooms' END AS entity, external_id
      FROM change WHERE entity IN ('hall', 'room') AND row_id IS NOT NULL) AS c
WHERE l.entity = c.entity AND l.external_id = c.external_id AND NOT l.due
