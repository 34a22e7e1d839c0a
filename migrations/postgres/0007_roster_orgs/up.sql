-- The organisations of rosters (contract §13.2). A table of this name that somebody else made is left alone, so
-- everything stands in this one statement.
-- fillfactor 50 as for rooms: a pass stamps every row, and then the update is HOT.
CREATE TABLE IF NOT EXISTS roster_orgs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL DEFAULT gen_random_uuid(),
    source text NOT NULL,
    sourced_id text NOT NULL CHECK (char_length(sourced_id) BETWEEN 1 AND 255),
    name text NOT NULL,
    type text,
    identifier text,
    parent_id bigint REFERENCES roster_orgs (id),
    image_url text,
    is_active boolean NOT NULL DEFAULT true,
    deleted_at timestamptz,
    last_synced_at timestamptz,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    source_updated_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, sourced_id)
) WITH (fillfactor = 50);
