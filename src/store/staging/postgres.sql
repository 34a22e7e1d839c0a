-- What is dropped at the end of the pass (see staging.rs) and never outlives its transaction.

-- A table that has just been filled may be planned for as if it were empty: a nested loop over a million
-- rows then does not end. Hash joins are right for every size that a pass has. What still can only be a
-- nested loop then looks so dear that compiling it would be tried, which takes longer than running it.
SET LOCAL enable_nestloop = off;
SET LOCAL jit = off;
SET LOCAL enable_mergejoin = off;
SET LOCAL work_mem = '128MB';
-- ANALYZE is asked only what kinds of rows there are: for that a sample of 3,000 rows does, and takes a fifth of the time.
SET LOCAL default_statistics_target = 10;

CREATE TEMP TABLE pass (
    run_id uuid NOT NULL,
    now timestamptz NOT NULL,
    today date NOT NULL,
    exam_date date,
    source text, -- of a roster
    begun_through time,
    stamp_before timestamptz NOT NULL,
    first_load boolean NOT NULL,
    lists_created boolean NOT NULL,
    writes_events boolean NOT NULL,
    absent_in_hall bigint, -- of a package: absence is judged in this hall alone
    gone jsonb, -- of a package that names what is gone: nothing else is absent
    presorted_records bigint, -- records, where only those that differ are looked at
    -- What the feed of a date and its live rows come to (06_count.sql).
    created bigint, plain bigint, updated bigint, unchanged bigint, seen bigint,
    overfull bigint, odd bigint, doubtful bigint, errored bigint, bad bigint, added bigint, keyless bigint, active bigint,
    coming bigint, people_coming bigint, due bigint, failed bigint
);
