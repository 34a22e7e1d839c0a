INSERT INTO adopt_normal (raw, normal)
SELECT item ->> 'raw', item ->> 'normal' FROM jsonb_array_elements($1) AS item
