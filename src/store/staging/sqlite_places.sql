-- The halls and rooms of a feed, as they come.
-- The indexes serve look-ups that PostgreSQL does by hashing.
CREATE TEMP TABLE stage_place (
    ordinal INTEGER NOT NULL,
    part INTEGER NOT NULL,
    uid TEXT,
    kind TEXT NOT NULL,
    parent INTEGER,
    position INTEGER NOT NULL,
    external_id INTEGER,
    external_uid TEXT,
    name TEXT,
    address TEXT,
    place_limit INTEGER,
    region_id INTEGER,
    capacity INTEGER,
    stated_hall INTEGER,
    says_active INTEGER NOT NULL,
    deleted_at TEXT,
    problem TEXT,
    notice TEXT,
    verdict TEXT,
    not_modified INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX stage_place_ordinal ON stage_place (ordinal);
CREATE INDEX stage_place_external_id ON stage_place (kind, external_id);
CREATE INDEX stage_place_parent ON stage_place (parent) WHERE external_id IS NULL;
