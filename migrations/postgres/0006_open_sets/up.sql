-- Open sets are checked by the program's types and no longer by the tables: a new sync type, command, kind of alert,
-- channel or role needs no migration (contract §6). The names are those that PostgreSQL gave these constraints.
-- None of this rewrites a table, and no column, view, index or trigger is dropped but one index of ours.
ALTER TABLE sync_logs DROP CONSTRAINT IF EXISTS sync_logs_sync_type_check;
ALTER TABLE alert_scopes DROP CONSTRAINT IF EXISTS alert_scopes_command_check;
ALTER TABLE alerts DROP CONSTRAINT IF EXISTS alerts_command_check;
ALTER TABLE alerts DROP CONSTRAINT IF EXISTS alerts_kind_check;
ALTER TABLE outbox DROP CONSTRAINT IF EXISTS outbox_kind_check;
ALTER TABLE outbox DROP CONSTRAINT IF EXISTS outbox_channel_check;
ALTER TABLE notifications DROP CONSTRAINT IF EXISTS notifications_recipient_role_check;

-- A capacity that the external system does not know is null.
ALTER TABLE rooms ALTER COLUMN capacity DROP NOT NULL;

-- A scope has one text form wherever it is stored: `all`, a date, `hall:4`, `source:NAME`.
ALTER TABLE sync_logs ADD COLUMN scope text NOT NULL DEFAULT 'all';
ALTER TABLE alerts ADD COLUMN scope text NOT NULL DEFAULT 'all';
DROP INDEX sync_logs_exam_date;
CREATE INDEX sync_logs_scope ON sync_logs (sync_type, scope, started_at);
CREATE INDEX audit_logs_run_id ON audit_logs (run_id);

UPDATE sync_logs SET scope = metadata ->> 'exam_date'
WHERE sync_type = 'participants' AND metadata ->> 'exam_date' IS NOT NULL;
UPDATE alerts SET scope = to_char(exam_date, 'YYYY-MM-DD') WHERE exam_date IS NOT NULL;
UPDATE alert_scopes SET scope = 'all' WHERE scope = '';
-- The key of a request is its sync type and its scope.
UPDATE validators SET request = CASE
    WHEN request = 'halls' THEN 'exam_halls all'
    WHEN request LIKE 'rooms %' THEN 'hall_rooms hall:' || substr(request, 7)
    ELSE request
END;
