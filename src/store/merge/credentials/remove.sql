-- Of whom the feed has no hash now, and who is gone.
DELETE FROM roster_credentials
WHERE user_id IN (
    SELECT u.id FROM roster_users AS u
    WHERE u.source = (SELECT source FROM pass)
      AND (NOT u.is_active
           OR (u.sourced_id IN (SELECT sourced_id FROM stage_users)
               AND u.sourced_id NOT IN (SELECT sourced_id FROM stage_credential
                                        WHERE hash IS NOT NULL AND sourced_id IS NOT NULL))))
