SELECT uid, profile_exam_id, building_id, room_id, place_id, start_time,
       participant_name, participant_id, exam_title, participant_count
FROM src
WHERE verdict IS NULL AND target_id IS NULL
