-- Each row of the package whose decision there is not the one that it took last. Decisions are status, time and person,
-- compared for equality only; what they come to is marked and status.
INSERT INTO attendance_change (row_id, own_status, own_marked_at, own_marked_by, marked, status, marked_at, marked_by, taken,
                               differs)
SELECT one.id, one.own_status, one.own_marked_at, one.own_marked_by, one.marked, one.status, one.marked_at, one.marked_by,
       one.is_as_based OR one.is_as_seen OR one.is_alike,
       NOT (one.is_alike AND one.has_same_stamp)
FROM (
    SELECT p.id, p.attendance_status AS own_status, p.attendance_marked_at AS own_marked_at,
           p.attendance_marked_by AS own_marked_by,
           coalesce(s.marked, (1 = 0)) AS marked, s.status, s.marked_at, s.marked_by,
           (p.attendance_status IS NOT DISTINCT FROM b.status
            AND in_milliseconds(p.attendance_marked_at) IS NOT DISTINCT FROM b.marked_at
            AND p.attendance_marked_by IS NOT DISTINCT FROM b.marked_by) AS is_as_based,
           (coalesce(s.is_seen, (1 = 0))
            AND p.attendance_status IS NOT DISTINCT FROM s.seen_status
            AND in_milliseconds(p.attendance_marked_at) IS NOT DISTINCT FROM s.seen_marked_at
            AND p.attendance_marked_by IS NOT DISTINCT FROM s.seen_marked_by) AS is_as_seen,
           (p.attendance_marked = coalesce(s.marked, (1 = 0))
            AND p.attendance_status IS NOT DISTINCT FROM s.status) AS is_alike,
           (in_milliseconds(p.attendance_marked_at) IS NOT DISTINCT FROM s.marked_at
            AND p.attendance_marked_by IS NOT DISTINCT FROM s.marked_by) AS has_same_stamp,
           (coalesce(b.marked, (1 = 0)) = coalesce(s.marked, (1 = 0))
            AND b.status IS NOT DISTINCT FROM s.status
            AND b.marked_at IS NOT DISTINCT FROM s.marked_at
            AND b.marked_by IS NOT DISTINCT FROM s.marked_by) AS was_taken
    FROM buildings AS h
    JOIN rooms AS r ON r.building_id = h.id
    JOIN participants AS p ON p.room_id = r.id
    LEFT JOIN stage_attendance AS s ON s.uid = p.uid
    LEFT JOIN attendance_base AS b ON b.row_id = p.id
    WHERE h.external_id = $1
      AND p.exam_date IN (SELECT (item.value ->> 'date')::date FROM json_each($2) AS item)
      AND (s.uid IS NOT NULL OR ($3 AND p.is_active))
) AS one
-- What was taken before says nothing new, unless head office stays with it although it knows what this centre decided.
WHERE NOT one.was_taken OR (one.is_as_seen AND NOT one.is_as_based)
