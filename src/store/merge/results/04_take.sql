-- What head office takes, unless it was marked since it was read. Attendance is no external column: updated_at stays.
UPDATE participants
SET attendance_marked = new.marked, attendance_status = new.status,
    attendance_marked_at = new.marked_at, attendance_marked_by = new.marked_by
FROM result_change AS new
WHERE participants.id = new.row_id AND new.verdict = 'taken'
  AND participants.attendance_status IS NOT DISTINCT FROM new.head_status
  AND in_milliseconds(participants.attendance_marked_at) IS NOT DISTINCT FROM new.head_marked_at
  AND participants.attendance_marked_by IS NOT DISTINCT FROM new.head_marked_by
