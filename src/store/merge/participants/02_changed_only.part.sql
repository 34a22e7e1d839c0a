-- The entries of a presorted feed that differ from the live rows. The others, most of most feeds, are only counted
-- (pass.presorted_records).
entry AS MATERIALIZED (
    SELECT * FROM stage_entry AS s
    WHERE s.kind <> 'slot'
      AND NOT EXISTS (
          SELECT 1
          FROM known AS r
          JOIN participants AS c ON c.room_id = r.id AND c.building_id = r.building_id
          WHERE s.kind = 'count' AND s.problem IS NULL AND s.notice IS NULL
            AND r.external_id = s.room_external_id AND r.hall_external_id = s.hall_external_id
            AND c.exam_date = (SELECT exam_date FROM pass) AND c.start_time = s.start_time
            AND coalesce(c.external_profile_exam_id, 0) = 0
            AND c.is_active AND c.participant_count = s.participant_count
            AND c.exam_title IS NOT DISTINCT FROM s.exam_title)
)
