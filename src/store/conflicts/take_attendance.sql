-- The decision of the centre, as its results said it. Attendance is no external column: updated_at stays.
UPDATE participants
SET attendance_marked = said.marked, attendance_status = said.status,
    attendance_marked_at = said.marked_at, attendance_marked_by = said.marked_by
FROM resolving
JOIN sync_conflicts AS c ON c.id = resolving.id AND c.entity = 'participant'
JOIN package_said AS said ON said.instance = c.instance AND said.row_id = c.row_id AND said.seq = c.seq
WHERE participants.id = c.row_id
