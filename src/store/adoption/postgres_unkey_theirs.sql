DELETE FROM adopt_key AS k
USING adoption_links AS l
WHERE k.side = 'theirs' AND l.entity = $1 AND l.local_key = k.ident
