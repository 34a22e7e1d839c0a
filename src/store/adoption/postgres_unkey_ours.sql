DELETE FROM adopt_key AS k
USING adoption_links AS l
WHERE k.side = 'ours' AND l.entity = $1 AND l.local_key IS NOT NULL AND CAST(l.external_id AS text) = k.ident
