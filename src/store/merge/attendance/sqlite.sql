-- Decisions of a package, as they come.
CREATE TEMP TABLE stage_attendance (
    uid TEXT NOT NULL,
    marked INTEGER NOT NULL,
    status TEXT,
    marked_at TEXT,
    marked_by INTEGER,
    is_seen INTEGER NOT NULL, -- whether head office took a decision of this centre
    seen_status TEXT,
    seen_marked_at TEXT,
    seen_marked_by INTEGER
);
CREATE INDEX stage_attendance_uid ON stage_attendance (uid);
CREATE TEMP TABLE attendance_change (
    row_id INTEGER NOT NULL,
    own_status TEXT, -- what the row says
    own_marked_at TEXT,
    own_marked_by INTEGER,
    marked INTEGER NOT NULL,
    status TEXT,
    marked_at TEXT,
    marked_by INTEGER,
    taken INTEGER NOT NULL,
    differs INTEGER NOT NULL -- whether the row itself changes
);
