-- Every entry of the feed is looked at.

CREATE TEMP TABLE src AS
WITH entry AS (SELECT * FROM stage_entry WHERE kind <> 'slot')
