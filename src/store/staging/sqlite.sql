-- Dropped at the end of the pass (see staging.rs).
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
