-- The new rows. Those of a first load (20_insert_first_load.part.sql), the order and the end follow this.

INSERT INTO participants (uid, external_profile_exam_id, building_id, room_id, place_id, exam_date, start_time,
                          participant_name, participant_id, exam_title, participant_count,
                          last_synced_at, created_at, updated_at)
SELECT coalesce(uid, gen_random_uuid()), profile_exam_id, building_id, room_id, place_id,
       (SELECT exam_date FROM pass), start_time,
       participant_name, participant_id, exam_title, participant_count,
       (SELECT now FROM pass), (SELECT now FROM pass), (SELECT now FROM pass)
FROM (
SELECT uid, profile_exam_id, building_id, room_id, place_id, start_time,
       participant_name, participant_id, exam_title, participant_count
FROM src
WHERE verdict IS NULL AND target_id IS NULL
