-- The new rows. What they come from (12_new.sql, 12_plain.sql) stands behind this, with an order or without.

INSERT INTO participants (uid, external_profile_exam_id, building_id, room_id, place_id, exam_date, start_time,
                          participant_name, participant_id, exam_title, participant_count,
                          last_synced_at, created_at, updated_at)
SELECT coalesce(uid, gen_random_uuid()), profile_exam_id, building_id, room_id, place_id,
       (SELECT exam_date FROM pass), start_time,
       participant_name, participant_id, exam_title, participant_count,
       (SELECT now FROM pass), (SELECT now FROM pass), (SELECT now FROM pass)
FROM (
