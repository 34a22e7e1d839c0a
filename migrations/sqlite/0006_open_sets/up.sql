-- Open sets are checked by the program's types and no longer by the tables: a new sync type, command, kind of alert,
-- channel or role needs no migration (contract §6).
-- A CHECK without a name can only be dropped from the text of its table, by the procedure that SQLite describes for
-- it (https://sqlite.org/lang_altertable.html, "Making other kinds of table schema changes"). No table is rebuilt: no
-- row moves, nothing cascades, and whatever an application has on these tables stays as it is.
-- The statements after RESET change the schema's version, by which other connections notice all of this.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, ' CHECK (sync_type IN (''exam_halls'', ''hall_rooms'', ''participants''))', '')
WHERE type = 'table' AND name = 'sync_logs';
UPDATE sqlite_schema
SET sql = replace(sql, ' CHECK (command IN (''halls'', ''rooms'', ''participants''))', '')
WHERE type = 'table' AND name IN ('alert_scopes', 'alerts');
UPDATE sqlite_schema
SET sql = replace(sql, '
        CHECK (kind IN (''failure'', ''refused'', ''auth'', ''setup'', ''data_inconsistency'', ''volume'', ''slow''))', '')
WHERE type = 'table' AND name = 'alerts';
UPDATE sqlite_schema
SET sql = replace(replace(sql, ' CHECK (kind IN (''alert''))', ''), ' CHECK (channel IN (''mail'', ''webhook''))', '')
WHERE type = 'table' AND name = 'outbox';
UPDATE sqlite_schema
SET sql = replace(sql, ' CHECK (recipient_role IN (''exam_director'', ''building_manager''))', '')
WHERE type = 'table' AND name = 'notifications';
PRAGMA writable_schema = RESET;

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
UPDATE alerts SET scope = exam_date WHERE exam_date IS NOT NULL;
UPDATE alert_scopes SET scope = 'all' WHERE scope = '';
-- The key of a request is its sync type and its scope.
UPDATE validators SET request = CASE
    WHEN request = 'halls' THEN 'exam_halls all'
    WHEN request LIKE 'rooms %' THEN 'hall_rooms hall:' || substr(request, 7)
    ELSE request
END;
