-- The organisations of rosters (contract §13.2). A table of this name that somebody else made is left alone, so
-- everything stands in this one statement.
CREATE TABLE IF NOT EXISTS roster_orgs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    source text NOT NULL,
    sourced_id text NOT NULL CHECK (length(sourced_id) BETWEEN 1 AND 255),
    name text NOT NULL,
    type text,
    identifier text,
    parent_id integer REFERENCES roster_orgs (id),
    image_url text,
    is_active integer NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    deleted_at text,
    last_synced_at text,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    source_updated_at text,
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    UNIQUE (source, sourced_id)
);
