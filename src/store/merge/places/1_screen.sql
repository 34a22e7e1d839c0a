-- Which staged records count. stage_place.verdict: null is good; bad_record and duplicate are errored;
-- repeat (the same record once more) and aside (a room of a broken hall) are neither merged nor counted.

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

CREATE TEMP TABLE twice AS
SELECT kind, external_id, min(ordinal) AS kept_ordinal
FROM stage_place
WHERE verdict IS NULL AND kind <> 'asked'
GROUP BY kind, external_id
HAVING count(*) > 1;
