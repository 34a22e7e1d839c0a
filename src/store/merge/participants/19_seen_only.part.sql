-- Not the rows that the feed no longer has, nor those whose entries can't be used.
AND id NOT IN (SELECT id FROM unseen) AND id NOT IN (SELECT target_id FROM broken)
