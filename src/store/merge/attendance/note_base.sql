-- What the rows took, and from which package.
INSERT INTO attendance_base AS base (row_id, version, marked, status, marked_at, marked_by)
SELECT row_id, $1::bigint, marked, status, marked_at, marked_by FROM attendance_change WHERE taken
ON CONFLICT (row_id) DO UPDATE
SET version = excluded.version, is_refused = (1 = 0), marked = excluded.marked, status = excluded.status,
    marked_at = excluded.marked_at, marked_by = excluded.marked_by
