-- Every entry of the feed.
entry AS (SELECT * FROM stage_entry WHERE kind <> 'slot')
