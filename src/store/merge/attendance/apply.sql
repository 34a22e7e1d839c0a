-- The rows that take the decision of head office, and what they took. Attendance is no external column: updated_at stays.
UPDATE participants
SET attendance_marked = new.marked, attendance_status = new.status,
    attendance_marked_at = new.marked_at, attendance_marked_by = new.marked_by
FROM attendance_change AS new
WHERE participants.id = new.row_id AND new.taken AND new.differs;

INSERT INTO attendance_base AS base (row_id, marked, status, marked_at, marked_by)
SELECT row_id, marked, status, marked_at, marked_by FROM attendance_change WHERE taken
ON CONFLICT (row_id) DO UPDATE
SET marked = excluded.marked, status = excluded.status, marked_at = excluded.marked_at, marked_by = excluded.marked_by;
