-- Which staged records count. stage_place.verdict: null is good; bad_record and duplicate are errored;
-- repeat (the same record once more), aside (a room of a broken hall) and left_out (a room of a duplicate hall) are
-- neither merged nor counted.

-- A hall whose answer is still the one before lists its active rooms. Where another hall lists one of them, too, it is
-- one key twice; which place it has in that answer is not known.
INSERT INTO stage_place (ordinal, part, kind, parent, position, external_id, name, capacity, says_active)
SELECT asked.ordinal + row_number() OVER (PARTITION BY asked.ordinal ORDER BY r.id), 0, 'room', asked.ordinal, -1,
       r.external_id, r.name, r.capacity, (1 = 1)
FROM stage_place AS asked
JOIN buildings AS b ON b.external_id = asked.external_id
JOIN rooms AS r ON r.building_id = b.id AND r.is_active
WHERE asked.not_modified
  AND r.external_id IN (SELECT external_id FROM stage_place WHERE kind = 'room');

-- A room may repeat its hall's id; it must then be that hall's.
UPDATE stage_place
SET verdict = 'bad_record',
    problem = 'examHallId is ' || stage_place.stated_hall || ', but the room is listed in hall ' || hall.external_id
FROM stage_place AS hall
WHERE stage_place.kind = 'room' AND stage_place.verdict IS NULL
  AND hall.kind <> 'room' AND hall.ordinal = stage_place.parent
  AND stage_place.stated_hall <> hall.external_id;

UPDATE stage_place
SET verdict = 'aside'
FROM stage_place AS hall
WHERE stage_place.kind = 'room'
  AND hall.ordinal = stage_place.parent
  AND hall.kind = 'hall' AND hall.verdict = 'bad_record';
