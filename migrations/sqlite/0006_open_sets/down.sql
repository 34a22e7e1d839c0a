UPDATE validators SET request = CASE
    WHEN request = 'exam_halls all' THEN 'halls'
    WHEN request LIKE 'hall_rooms hall:%' THEN 'rooms ' || substr(request, 17)
    ELSE request
END;
UPDATE alert_scopes SET scope = '' WHERE scope = 'all';

-- The texts of the tables become what they were, see up.sql.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, 'sync_type text NOT NULL,',
    'sync_type text NOT NULL CHECK (sync_type IN (''exam_halls'', ''hall_rooms'', ''participants'')),')
WHERE type = 'table' AND name = 'sync_logs';
UPDATE sqlite_schema
SET sql = replace(sql, 'command text NOT NULL,',
    'command text NOT NULL CHECK (command IN (''halls'', ''rooms'', ''participants'')),')
WHERE type = 'table' AND name IN ('alert_scopes', 'alerts');
UPDATE sqlite_schema
SET sql = replace(sql, 'kind text NOT NULL,', 'kind text NOT NULL
        CHECK (kind IN (''failure'', ''refused'', ''auth'', ''setup'', ''data_inconsistency'', ''volume'', ''slow'')),')
WHERE type = 'table' AND name = 'alerts';
UPDATE sqlite_schema
SET sql = replace(replace(sql, 'kind text NOT NULL,', 'kind text NOT NULL CHECK (kind IN (''alert'')),'),
    'channel text NOT NULL,', 'channel text NOT NULL CHECK (channel IN (''mail'', ''webhook'')),')
WHERE type = 'table' AND name = 'outbox';
UPDATE sqlite_schema
SET sql = replace(sql, 'recipient_role text NOT NULL,',
    'recipient_role text NOT NULL CHECK (recipient_role IN (''exam_director'', ''building_manager'')),')
WHERE type = 'table' AND name = 'notifications';
UPDATE sqlite_schema
SET sql = replace(sql, 'capacity integer CHECK', 'capacity integer NOT NULL CHECK')
WHERE type = 'table' AND name = 'rooms';
PRAGMA writable_schema = RESET;

DROP INDEX audit_logs_run_id;
DROP INDEX sync_logs_scope;
ALTER TABLE alerts DROP COLUMN scope;
ALTER TABLE sync_logs DROP COLUMN scope;
CREATE INDEX sync_logs_exam_date ON sync_logs ((metadata ->> 'exam_date'), started_at);
