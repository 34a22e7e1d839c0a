UPDATE validators SET request = CASE
    WHEN request = 'exam_halls all' THEN 'halls'
    WHEN request LIKE 'hall_rooms hall:%' THEN 'rooms ' || substr(request, 17)
    ELSE request
END;
UPDATE alert_scopes SET scope = '' WHERE scope = 'all';

DROP INDEX audit_logs_run_id;
DROP INDEX sync_logs_scope;
ALTER TABLE alerts DROP COLUMN scope;
ALTER TABLE sync_logs DROP COLUMN scope;
CREATE INDEX sync_logs_exam_date ON sync_logs ((metadata ->> 'exam_date'), started_at);

ALTER TABLE rooms ALTER COLUMN capacity SET NOT NULL;
ALTER TABLE notifications ADD CHECK (recipient_role IN ('exam_director', 'building_manager'));
ALTER TABLE outbox ADD CHECK (channel IN ('mail', 'webhook'));
ALTER TABLE outbox ADD CHECK (kind IN ('alert'));
ALTER TABLE alerts
    ADD CHECK (kind IN ('failure', 'refused', 'auth', 'setup', 'data_inconsistency', 'volume', 'slow'));
ALTER TABLE alerts ADD CHECK (command IN ('halls', 'rooms', 'participants'));
ALTER TABLE alert_scopes ADD CHECK (command IN ('halls', 'rooms', 'participants'));
ALTER TABLE sync_logs ADD CHECK (sync_type IN ('exam_halls', 'hall_rooms', 'participants'));
