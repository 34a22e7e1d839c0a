-- Internal tables of alerts (contract §8). scope is an exam date of participants (YYYY-MM-DD), else ''.

-- How each command, or exam date, is doing: failures are counted here, also of what failed before its pass.
CREATE TABLE alert_scopes (
    command text NOT NULL CHECK (command IN ('halls', 'rooms', 'participants')),
    scope text NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    failing_since text,
    volume integer, -- records of the last completed pass
    exit_code integer,
    ended_at text,
    PRIMARY KEY (command, scope)
);

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    command text NOT NULL CHECK (command IN ('halls', 'rooms', 'participants')),
    exam_date text,
    kind text NOT NULL
        CHECK (kind IN ('failure', 'refused', 'auth', 'setup', 'data_inconsistency', 'volume', 'slow')),
    opened_at text NOT NULL,
    last_sent_at text NOT NULL,
    closed_at text,
    failures integer NOT NULL DEFAULT 0,
    message text NOT NULL
);
CREATE INDEX alerts_open ON alerts (command, exam_date) WHERE closed_at IS NULL;

-- Messages to the outside. The rows of one message_id to one destination leave as one message; a destination
-- is named without its secrets.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('alert')),
    channel text NOT NULL CHECK (channel IN ('mail', 'webhook')),
    destination text NOT NULL,
    payload text NOT NULL,
    created_at text NOT NULL,
    ready_at text,      -- when the command that wrote it had written all of the message
    claimed_until text, -- while somebody tries to deliver it
    tries integer NOT NULL DEFAULT 0,
    last_tried_at text,
    delivered_at text,
    given_up_at text,
    last_error text
);
CREATE INDEX outbox_pending ON outbox (id) WHERE delivered_at IS NULL AND given_up_at IS NULL;
