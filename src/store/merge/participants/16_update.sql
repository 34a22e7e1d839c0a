-- The changed rows. Attendance columns are never named.

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
WHERE participants.id = s.target_id AND s.verdict IS NULL AND s.changed;
