-- The rows that take the decision of head office, unless they were marked since they were read. Attendance is no external column: updated_at stays.
UPDATE participants
SET attendance_marked = new.marked, attendance_status = new.status,
    attendance_marked_at = new.marked_at, attendance_marked_by = new.marked_by
FROM attendance_change AS new
WHERE participants.id = new.row_id AND new.taken AND new.differs
  AND participants.attendance_status IS NOT DISTINCT FROM new.own_status
  AND participants.attendance_marked_at IS NOT DISTINCT FROM new.own_marked_at
  AND participants.attendance_marked_by IS NOT DISTINCT FROM new.own_marked_by
