-- As of PostgreSQL, where an application's tables can be adopted (contract §10.2); here both stay empty.
CREATE TABLE adoption_map (
    id INTEGER PRIMARY KEY DEFAULT 1,
    map TEXT NOT NULL,
    shape TEXT NOT NULL,
    problem TEXT,
    adopted_at TEXT NOT NULL
);

CREATE TABLE adoption_links (
    entity TEXT NOT NULL,
    external_id INTEGER NOT NULL,
    local_key TEXT,
    rule TEXT,
    was_active INTEGER,
    due INTEGER NOT NULL DEFAULT 1,
    lost INTEGER NOT NULL DEFAULT 0,
    problem TEXT,
    PRIMARY KEY (entity, external_id),
    UNIQUE (entity, local_key)
);
CREATE INDEX adoption_links_due ON adoption_links (entity) WHERE due;
