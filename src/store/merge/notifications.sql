-- What the building manager must act on, in the application: once per change, because only changes leave a notice.
INSERT INTO notifications (recipient_role, type, priority, title, message, metadata, created_at, updated_at)
SELECT 'building_manager', n.code, 'high',
       CASE n.code WHEN 'capacity_below_assigned' THEN 'A room became too small'
                   WHEN 'over_capacity' THEN 'A room has more people than seats'
                   ELSE 'Deactivated, but people are assigned' END,
       n.message,
       json_object('external_id', n.external_id, 'run_id', CAST(pass.run_id AS text),
                   'exam_date', CAST(pass.exam_date AS text)),
       pass.now, pass.now
FROM notice AS n, pass
WHERE n.notify;
