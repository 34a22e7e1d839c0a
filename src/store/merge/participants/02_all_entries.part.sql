-- Every entry of the feed is looked at.
entry AS (SELECT * FROM stage_entry WHERE kind <> 'slot')
