UPDATE roster_credentials
SET scheme = c.scheme, hash = c.hash, changed_at = (SELECT now FROM pass)
FROM stage_credential AS c
JOIN src_users AS s ON s.ordinal = c.ordinal
JOIN roster_users AS u ON u.sourced_id = s.sourced_id
WHERE roster_credentials.user_id = u.id AND u.source = (SELECT source FROM pass)
  AND s.verdict IS NULL AND c.hash IS NOT NULL AND c.hash <> roster_credentials.hash
