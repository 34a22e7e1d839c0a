-- What the results of a centre bring, as it comes, and what is to be done with it.
CREATE TEMP TABLE result_pass (
    run_id TEXT NOT NULL,
    now TEXT NOT NULL,
    hall INTEGER NOT NULL,
    instance TEXT NOT NULL, -- the copy of the centre's database
    seq INTEGER NOT NULL,
    results_id TEXT NOT NULL,
    version INTEGER NOT NULL -- the package that the centre has; 0 where it was not made here
);
CREATE TEMP TABLE stage_result (
    ordinal INTEGER PRIMARY KEY, -- its place in the file
    uid TEXT NOT NULL,
    marked INTEGER NOT NULL,
    status TEXT,
    marked_at TEXT,
    marked_by INTEGER,
    base_marked INTEGER NOT NULL,
    base_status TEXT,
    base_marked_at TEXT,
    base_marked_by INTEGER,
    base_version INTEGER,
    room_id INTEGER,
    start_time TEXT,
    place_id INTEGER,
    participant_name TEXT,
    participant_count INTEGER
);
CREATE TEMP TABLE stage_violation (
    ordinal INTEGER PRIMARY KEY,
    uid TEXT NOT NULL,
    participant_uid TEXT,
    room_uid TEXT,
    exam_date TEXT NOT NULL,
    start_time TEXT,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    note TEXT,
    happened_at TEXT,
    recorded_by TEXT,
    replaces TEXT,
    created_at TEXT NOT NULL
);
CREATE TEMP TABLE result_change (
    row_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL,
    profile_exam_id INTEGER,
    exam_date TEXT NOT NULL,
    start_time TEXT NOT NULL,
    room_external_id INTEGER NOT NULL,
    marked INTEGER NOT NULL, -- what the centre decided
    status TEXT,
    marked_at TEXT,
    marked_by INTEGER,
    base_version INTEGER,
    base_marked INTEGER NOT NULL, -- what it had said before, or what it had from a package
    base_status TEXT,
    base_marked_at TEXT,
    base_marked_by INTEGER,
    head_marked INTEGER NOT NULL, -- what head office decided
    head_status TEXT,
    head_marked_at TEXT,
    head_marked_by INTEGER,
    is_elsewhere INTEGER NOT NULL, -- inactive, or in another hall by now
    is_changed INTEGER NOT NULL, -- another name, seat, room, time or count than was sent
    verdict TEXT NOT NULL -- kept, taken, agreed, conflict, base_mismatch
);
CREATE TEMP TABLE violation_change (
    uid TEXT PRIMARY KEY,
    row_id INTEGER,
    participant_id INTEGER,
    room_id INTEGER,
    head TEXT,
    centre TEXT NOT NULL,
    verdict TEXT NOT NULL -- known, new, conflict, left_out
);
CREATE TEMP TABLE result_conflict (
    entity TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    base TEXT,
    head TEXT NOT NULL,
    centre TEXT NOT NULL,
    known_state TEXT -- of the same two decisions, where they met before
);
CREATE TEMP TABLE result_left_out (
    entity TEXT NOT NULL,
    uid TEXT NOT NULL,
    code TEXT NOT NULL
);
