-- The missing, the changed, the unchanged, the new, the broken. Attendance columns are never named here.

-- Live rows whose only record is a bad one: they keep their values.
CREATE TEMP TABLE broken AS
SELECT bad.target_id, bad.problem
FROM (SELECT target_id, min(ordinal) AS ordinal
      FROM odd
      WHERE target_id IS NOT NULL AND verdict IN ('bad_record', 'unknown_room', 'hall_mismatch')
      GROUP BY target_id) AS first
JOIN odd AS bad ON bad.ordinal = first.ordinal
WHERE NOT EXISTS (SELECT 1 FROM src AS good WHERE good.target_id = first.target_id AND good.verdict IS NULL);

UPDATE participants
SET is_active = (1 = 0), deleted_at = (SELECT now FROM pass), updated_at = (SELECT now FROM pass)
WHERE id IN (SELECT id FROM gone WHERE NOT begun);

UPDATE participants
SET sync_status = 'sync_error', sync_error = 'absent from the feed after its start'
WHERE id IN (SELECT id FROM gone WHERE begun) AND sync_status <> 'sync_error';

UPDATE participants
SET room_id = s.room_id,
    building_id = s.building_id,
    start_time = s.start_time,
    place_id = s.place_id,
    participant_id = s.participant_id,
    participant_name = s.participant_name,
    exam_title = s.exam_title,
    participant_count = s.participant_count,
    is_active = (1 = 1),
    deleted_at = NULL,
    sync_status = CASE participants.sync_status WHEN 'sync_error' THEN 'synced' ELSE participants.sync_status END,
    sync_error = NULL,
    last_synced_at = (SELECT now FROM pass),
    updated_at = (SELECT now FROM pass)
FROM src AS s
WHERE (SELECT updated FROM fed) > 0
  AND participants.id = s.target_id AND s.verdict IS NULL AND s.changed;

-- All that is active now was seen, but for the unseen and the broken.
UPDATE participants
SET sync_status = CASE sync_status WHEN 'sync_error' THEN 'synced' ELSE sync_status END,
    sync_error = NULL,
    last_synced_at = (SELECT now FROM pass)
WHERE exam_date = (SELECT exam_date FROM pass) AND is_active
  AND (last_synced_at IS NULL OR last_synced_at < (SELECT stamp_before FROM pass) OR sync_status = 'sync_error')
  AND id NOT IN (SELECT id FROM unseen)
  AND id NOT IN (SELECT target_id FROM broken);

INSERT INTO participants (external_profile_exam_id, building_id, room_id, place_id, exam_date, start_time,
                          participant_name, participant_id, exam_title, participant_count,
                          last_synced_at, created_at, updated_at)
SELECT s.profile_exam_id, s.building_id, s.room_id, s.place_id, (SELECT exam_date FROM pass), s.start_time,
       s.participant_name, s.participant_id, s.exam_title, s.participant_count,
       (SELECT now FROM pass), (SELECT now FROM pass), (SELECT now FROM pass)
FROM src AS s
WHERE (SELECT created FROM fed) > 0 AND s.verdict IS NULL AND s.target_id IS NULL
-- One room after the other: the index and the check of the foreign key find their pages in memory.
ORDER BY s.room_id, s.start_time;

UPDATE participants
SET sync_status = 'sync_error', sync_error = broken.problem
FROM broken
WHERE broken.target_id = participants.id
  AND (participants.sync_status <> 'sync_error' OR participants.sync_error IS DISTINCT FROM broken.problem);
