-- Where a slot gave its start after its entries, or gave it twice or wrongly, the entries get it now. What is wrong with
-- a slot is wrong with all of its entries.

UPDATE stage_entry
SET start_time = slot.start_time, problem = coalesce(stage_entry.problem, slot.problem)
FROM (SELECT ordinal >> 32 AS number, start_time, problem FROM stage_entry WHERE kind = 'slot') AS slot
WHERE stage_entry.kind <> 'slot' AND slot.number = stage_entry.ordinal >> 32;
