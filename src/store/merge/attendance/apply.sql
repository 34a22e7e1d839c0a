-- The rows that take the decision of head office. Attendance is no external column: updated_at stays.
UPDATE participants
SET attendance_marked = new.marked, attendance_status = new.status,
    attendance_marked_at = new.marked_at, attendance_marked_by = new.marked_by
FROM attendance_change AS new
WHERE participants.id = new.row_id AND new.taken AND new.differs;
