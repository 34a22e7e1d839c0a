-- The new rows.

INSERT INTO participants (uid, external_profile_exam_id, building_id, room_id, place_id, exam_date, start_time,
                          participant_name, participant_id, exam_title, participant_count,
                          last_synced_at, created_at, updated_at)
SELECT coalesce(s.uid, gen_random_uuid()), s.profile_exam_id, s.building_id, s.room_id, s.place_id, (SELECT exam_date FROM pass), s.start_time,
       s.participant_name, s.participant_id, s.exam_title, s.participant_count,
       (SELECT now FROM pass), (SELECT now FROM pass), (SELECT now FROM pass)
FROM src AS s
WHERE s.verdict IS NULL AND s.target_id IS NULL
