-- Not the rows that the feed no longer has, nor those that have no record but a bad one.
AND id NOT IN (SELECT id FROM unseen) AND id NOT IN (SELECT target_id FROM broken WHERE NOT beside_good)
