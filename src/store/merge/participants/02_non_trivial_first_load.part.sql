-- The same on the first load of a date: entries that are new and leave no notice are skipped.
entry AS MATERIALIZED (
    SELECT * FROM stage_entry AS s
    WHERE s.kind <> 'slot'
      AND NOT EXISTS (
          SELECT 1
          FROM known AS r
          WHERE s.kind = 'count' AND s.problem IS NULL AND s.notice IS NULL
            AND r.external_id = s.room_external_id AND r.hall_external_id = s.hall_external_id
            AND (r.capacity IS NULL OR s.participant_count <= r.capacity))
)
