-- What leaves for others, and what they say (contract §12). change_events is public: the application inserts rows of its
-- own there, in its own transactions. All other tables are internal.
CREATE TABLE change_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL DEFAULT gen_random_uuid(),
    type text NOT NULL,
    resource_type text NOT NULL,
    resource_id text NOT NULL,
    data jsonb NOT NULL DEFAULT '{}',
    occurred_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    revision bigint,      -- internal: given when it is frozen
    frozen_at timestamptz -- internal: when the batches were made that it is in
);
-- No cursor over ids: transactions do not commit in their order.
CREATE INDEX change_events_new ON change_events (id) WHERE frozen_at IS NULL;

-- The last revision of each resource that an event was about.
CREATE TABLE change_resources (
    resource_type text NOT NULL,
    resource_id text NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (resource_type, resource_id)
);

-- Where batches go to: scheme, host, port and path as a digest, and the host.
CREATE TABLE push_destinations (
    digest text PRIMARY KEY,
    kind text NOT NULL, -- webhook or api
    host text NOT NULL,
    since timestamptz NOT NULL, -- events from then on
    stopped_at timestamptz,
    stopped_why text,
    rests_until timestamptz,
    failures integer NOT NULL DEFAULT 0, -- runs in a row that it ended
    delivered bigint NOT NULL DEFAULT 0, -- records, ever
    batches bigint NOT NULL DEFAULT 0,   -- batches that were delivered, ever
    tries bigint NOT NULL DEFAULT 0      -- what these took
);

-- What was frozen last of a row's attendance, and which violations were.
CREATE TABLE attendance_sent (
    row_id bigint PRIMARY KEY,
    status text,
    marked_at timestamptz
);
CREATE TABLE violations_sent (
    uid uuid PRIMARY KEY
);

-- Of batches (contract §12.2); all of it is null of alerts.
ALTER TABLE outbox
    ADD COLUMN next_try_at timestamptz,
    ADD COLUMN failures integer,         -- runs in which it failed
    ADD COLUMN put_aside_at timestamptz, -- a record that was refused; it stands alone in its batch
    ADD COLUMN waits_since timestamptz,  -- when the oldest of its records was written
    ADD COLUMN resources text,           -- what each of its records is about, by number
    ADD COLUMN part_of bigint,           -- the id of the batch that was split
    ADD COLUMN first_record integer;     -- the place of its first record in that
CREATE INDEX outbox_batches ON outbox (destination, id) WHERE resources IS NOT NULL AND delivered_at IS NULL;

-- Webhooks that came in: what each says to pull (contract §12.3).
CREATE TABLE sync_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id text NOT NULL, -- its webhook-id
    part integer NOT NULL DEFAULT 0, -- of several events in one
    digest text NOT NULL, -- of its body
    type text NOT NULL,
    resource text, -- type and id, as it says them
    pull text, -- the command and the scope that it asks for, null where it asks for none
    received_at timestamptz NOT NULL,
    done_at timestamptz,
    UNIQUE (event_id, part)
);
CREATE INDEX sync_events_waiting ON sync_events (pull) WHERE done_at IS NULL AND pull IS NOT NULL;
