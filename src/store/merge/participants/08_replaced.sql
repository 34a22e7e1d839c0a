-- Rows that have begun and whose people the feed has in another form or place: they go, so that no person counts twice.

-- Seats supersede the count of their room and start, and a count its seats. Of a feed in the order of its keys, which has
-- counts only, src does not hold those that are as they are here.
UPDATE unseen
SET goes = (1 = 1), stays = (1 = 0), to_mark = (1 = 0), superseded = (1 = 1)
FROM (SELECT DISTINCT room_id, start_time, kind
      FROM src
      WHERE verdict IS NULL
      UNION
      SELECT p.room_id, p.start_time, 'count'
      FROM participants AS p
      WHERE (SELECT presorted_records IS NOT NULL FROM pass)
        AND EXISTS (SELECT 1 FROM unseen WHERE stays AND external_profile_exam_id IS NOT NULL)
        AND p.exam_date = (SELECT exam_date FROM pass) AND p.is_active
        AND p.external_profile_exam_id IS NULL
        AND p.id NOT IN (SELECT id FROM unseen)) AS listed
WHERE unseen.stays
  AND listed.room_id = unseen.room_id AND listed.start_time = unseen.start_time
  AND listed.kind = CASE WHEN unseen.external_profile_exam_id IS NULL THEN 'seat' ELSE 'count' END;

-- A count that is absent claims the one row of as many people that comes in its room, or at its start. What comes accounts
-- for one that goes: where two claim it, also one that has not begun, it is that of neither.
WITH came AS (
    SELECT ordinal, room_id, start_time, participant_count
    FROM src
    WHERE kind = 'count' AND verdict IS NULL AND (target_id IS NULL OR NOT was_active)
),
in_room AS (
    SELECT room_id, participant_count, count(*) AS candidates, min(ordinal) AS ordinal
    FROM came
    GROUP BY room_id, participant_count
),
at_start AS (
    SELECT start_time, participant_count, count(*) AS candidates, min(ordinal) AS ordinal
    FROM came
    GROUP BY start_time, participant_count
),
claim AS (
    SELECT absent.id, coalesce(in_room.ordinal, at_start.ordinal) AS ordinal
    FROM unseen AS absent
    LEFT JOIN in_room ON in_room.room_id = absent.room_id AND in_room.participant_count = absent.participant_count
    LEFT JOIN at_start ON at_start.start_time = absent.start_time
                      AND at_start.participant_count = absent.participant_count
    WHERE absent.external_profile_exam_id IS NULL AND NOT absent.superseded
      AND coalesce(in_room.candidates, 0) + coalesce(at_start.candidates, 0) = 1
),
only_claim AS (
    SELECT min(id) AS id, ordinal FROM claim GROUP BY ordinal HAVING count(*) = 1
)
UPDATE unseen
SET goes = (1 = 1), stays = (1 = 0), to_mark = (1 = 0),
    moved_to_room_id = moved.room_id, moved_to_start_time = moved.start_time
FROM (SELECT only_claim.id, came.room_id, came.start_time
      FROM only_claim
      JOIN came ON came.ordinal = only_claim.ordinal) AS moved
WHERE unseen.id = moved.id AND unseen.stays;
