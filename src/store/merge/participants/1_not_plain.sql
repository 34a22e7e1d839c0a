-- The same on the first load of a date: what is new, and nothing to tell of it, is not looked at.

CREATE TEMP TABLE src AS
WITH entry AS MATERIALIZED (
    SELECT * FROM stage_entry AS s
    WHERE s.kind <> 'slot'
      AND NOT EXISTS (
          SELECT 1
          FROM rooms AS r
          JOIN buildings AS b ON b.id = r.building_id
          WHERE s.kind = 'count' AND s.problem IS NULL AND s.notice IS NULL
            AND r.external_id = s.room_external_id AND r.is_active
            AND b.external_id = s.hall_external_id
            AND s.participant_count <= r.capacity)
)
