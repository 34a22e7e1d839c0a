-- The rows that keep their own; what they took before stays their base.
INSERT INTO attendance_base (row_id, is_refused)
SELECT row_id, (1 = 1) FROM attendance_change WHERE NOT taken
ON CONFLICT (row_id) DO UPDATE SET is_refused = excluded.is_refused
