-- Dropped at the end of the pass (see staging.rs); the indexes serve look-ups that PostgreSQL does by hashing.
CREATE TEMP TABLE pass (
    run_id TEXT NOT NULL,
    now TEXT NOT NULL,
    today TEXT NOT NULL,
    exam_date TEXT,
    begun_through TEXT,
    stamp_before TEXT NOT NULL,
    first_load INTEGER NOT NULL,
    fed INTEGER -- records, where only those that differ are looked at
);
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
CREATE TEMP TABLE stage_entry (
    ordinal INTEGER NOT NULL,
    part INTEGER NOT NULL,
    uid TEXT,
    kind TEXT NOT NULL DEFAULT 'count',
    slot INTEGER NOT NULL,
    position INTEGER NOT NULL,
    start_time TEXT,
    hall_external_id INTEGER,
    room_external_id INTEGER,
    profile_exam_id INTEGER,
    place_id INTEGER,
    participant_count INTEGER,
    participant_id TEXT,
    participant_name TEXT,
    exam_title TEXT,
    problem TEXT,
    notice TEXT
);
CREATE TEMP TABLE notice (
    severity TEXT NOT NULL,
    sync_type TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    external_id INTEGER,
    path TEXT,
    ordinal INTEGER,
    news INTEGER NOT NULL,
    notify INTEGER NOT NULL
);
CREATE INDEX stage_place_ordinal ON stage_place (ordinal);
CREATE INDEX stage_place_external_id ON stage_place (kind, external_id);
CREATE INDEX stage_place_parent ON stage_place (parent) WHERE external_id IS NULL;
