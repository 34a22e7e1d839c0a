-- Dropped at the end of the pass (see staging.rs).
CREATE TEMP TABLE pass (
    run_id TEXT NOT NULL,
    now TEXT NOT NULL,
    today TEXT NOT NULL,
    exam_date TEXT,
    source text, -- of a roster
    begun_through TEXT,
    stamp_before TEXT NOT NULL,
    first_load INTEGER NOT NULL,
    lists_created INTEGER NOT NULL,
    writes_events INTEGER NOT NULL,
    absent_in_hall INTEGER, -- of a package: absence is judged in this hall alone
    gone TEXT, -- of a package that names what is gone: nothing else is absent
    presorted_records INTEGER, -- records, where only those that differ are looked at
    -- What the feed of a date and its live rows come to (06_count.sql).
    created INTEGER, plain INTEGER, updated INTEGER, unchanged INTEGER, seen INTEGER,
    overfull INTEGER, odd INTEGER, doubtful INTEGER, errored INTEGER, bad INTEGER, added INTEGER, keyless INTEGER,
    active INTEGER, coming INTEGER, people_coming INTEGER, due INTEGER, failed INTEGER
);
