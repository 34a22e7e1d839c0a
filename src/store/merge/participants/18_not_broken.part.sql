-- Not the rows that the feed no longer has, nor those with a bad record.
AND id NOT IN (SELECT id FROM unseen) AND id NOT IN (SELECT target_id FROM broken)
