-- The rooms of the feed joined with the live ones. A room is found by its own id, wherever it was before. Where
-- pass.presorted_records says how many there are, unchanged rooms are skipped, and on a first load those that are
-- new and leave no notice.

CREATE TEMP TABLE src_room AS
SELECT s.ordinal, s.uid, s.external_id, s.name, s.capacity,
       hall.external_id AS hall_external_id,
       hall.name AS hall_name,
       (s.says_active AND s.deleted_at IS NULL AND hall.is_active) AS is_active,
       s.deleted_at AS given_deleted_at,
       r.id AS room_id,
       r.name AS old_name,
       r.capacity AS old_capacity,
       r.is_active AS was_active,
       b.external_id AS old_hall_external_id,
       b.name AS old_hall_name,
       (r.id IS NOT NULL
        AND (s.name <> r.name
             OR s.capacity IS DISTINCT FROM r.capacity
             OR hall.external_id <> b.external_id
             OR (s.says_active AND s.deleted_at IS NULL AND hall.is_active) <> r.is_active
             OR (s.deleted_at IS NOT NULL AND s.deleted_at IS DISTINCT FROM r.deleted_at))) AS changed
FROM stage_place AS s
JOIN stage_place AS parent ON parent.ordinal = s.parent AND parent.kind <> 'room'
JOIN src_hall AS hall ON hall.external_id = parent.external_id
LEFT JOIN rooms AS r ON r.external_id = s.external_id
LEFT JOIN buildings AS b ON b.id = r.building_id
WHERE s.kind = 'room' AND s.verdict IS NULL
  -- Skips unchanged rooms without a notice. Written out again, because most rooms need no other condition.
  AND ((SELECT presorted_records FROM pass) IS NULL
       OR (s.notice IS NULL AND s.says_active AND s.deleted_at IS NULL AND hall.is_active
           AND (((SELECT first_load FROM pass) AND s.capacity IS NOT NULL)
                OR (r.is_active AND r.name = s.name AND r.capacity IS NOT DISTINCT FROM s.capacity
                    AND b.external_id = hall.external_id))) IS NOT TRUE);

CREATE TEMP TABLE weighed AS
SELECT live.active, fed.seen + fed.alike AS seen, fed.alike, fed.plain
FROM (SELECT count(*) AS active FROM rooms WHERE is_active) AS live,
     (SELECT count(CASE WHEN was_active THEN 1 END) AS seen,
             coalesce((SELECT presorted_records FROM pass WHERE NOT first_load) - count(*), 0) AS alike,
             coalesce((SELECT presorted_records FROM pass WHERE first_load) - count(*), 0) AS plain
      FROM src_room) AS fed;
