-- The participants of a feed, as they come.
CREATE TEMP TABLE stage_entry (
    ordinal INTEGER NOT NULL, -- its slot × 2³² + its number in the slot's list (model.rs)
    start_time TEXT,
    hall_external_id INTEGER,
    room_external_id INTEGER,
    profile_exam_id INTEGER,
    place_id INTEGER,
    participant_count INTEGER,
    part INTEGER NOT NULL,
    uid TEXT,
    kind TEXT NOT NULL DEFAULT 'count',
    participant_id TEXT,
    participant_name TEXT,
    exam_title TEXT,
    problem TEXT,
    notice TEXT
);
