-- Moving into an application's tables (contract §10.2): which of its tables and columns are written, and which of its
-- rows is which hall or room. Without an adoption both tables are empty.
CREATE TABLE adoption_map (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1), -- there is one
    map jsonb NOT NULL,
    shape text NOT NULL, -- what the catalogue said of the two tables when it was last checked
    problem text,        -- what stops the projection
    adopted_at timestamptz NOT NULL
);

CREATE TABLE adoption_links (
    entity text NOT NULL,               -- buildings or rooms
    external_id bigint NOT NULL,
    local_key text,                     -- null while there is no row there
    rule text,                          -- what linked it, or `held`, or `new`: a person decided that a row is made
    was_active boolean,                 -- is_active as it was last written there; null: unknown
    due boolean NOT NULL DEFAULT true,  -- the next pass has to look at it
    lost boolean NOT NULL DEFAULT false, -- the row there is gone
    problem text,                       -- what keeps it from being written there
    PRIMARY KEY (entity, external_id),
    UNIQUE (entity, local_key)
);
CREATE INDEX adoption_links_due ON adoption_links (entity) WHERE due;
