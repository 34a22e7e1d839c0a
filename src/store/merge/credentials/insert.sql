INSERT INTO roster_credentials (user_id, scheme, hash, changed_at)
SELECT u.id, c.scheme, c.hash, (SELECT now FROM pass)
FROM stage_credential AS c
JOIN src_users AS s ON s.ordinal = c.ordinal
JOIN roster_users AS u ON u.sourced_id = s.sourced_id
WHERE u.source = (SELECT source FROM pass) AND u.is_active AND s.verdict IS NULL AND c.hash IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM roster_credentials AS known WHERE known.user_id = u.id)
