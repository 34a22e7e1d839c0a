-- What is dropped at the end of the pass (see staging.rs) and never outlives its transaction.

-- A table that has just been filled may be planned for as if it were empty: a nested loop over a million
-- rows then does not end. Hash joins are right for every size that a pass has. What still can only be a
-- nested loop then looks so dear that compiling it would be tried, which takes longer than running it.
SET LOCAL enable_nestloop = off;
SET LOCAL jit = off;
SET LOCAL enable_mergejoin = off;
SET LOCAL work_mem = '128MB';

CREATE TEMP TABLE pass (
    run_id uuid NOT NULL,
    now timestamptz NOT NULL,
    today date NOT NULL,
    exam_date date,
    begun_through time,
    stamp_before timestamptz NOT NULL,
    first_load boolean NOT NULL,
    fed bigint -- records, where only those that differ are looked at
);
CREATE TEMP TABLE stage_place (
    ordinal bigint NOT NULL,
    part integer NOT NULL,
    uid uuid, -- of the row that may come of it, where none is there yet
    kind text NOT NULL,
    parent bigint,
    position bigint NOT NULL,
    external_id bigint,
    external_uid text,
    name text,
    address text,
    place_limit bigint,
    region_id bigint,
    capacity integer,
    stated_hall bigint,
    says_active boolean NOT NULL,
    deleted_at timestamptz,
    problem text,
    notice text,
    verdict text,
    not_modified boolean NOT NULL DEFAULT false
);
CREATE TEMP TABLE stage_entry (
    ordinal bigint NOT NULL,
    part integer NOT NULL,
    uid uuid, -- of the row that may come of it, where none is there yet
    kind text NOT NULL,
    slot bigint NOT NULL,
    position bigint NOT NULL,
    start_time time,
    hall_external_id bigint,
    room_external_id bigint,
    profile_exam_id bigint,
    place_id bigint,
    participant_count integer,
    participant_id text,
    participant_name text,
    exam_title text,
    problem text,
    notice text
);
CREATE TEMP TABLE notice (
    severity text NOT NULL,
    sync_type text NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    external_id bigint,
    path text,
    ordinal bigint,
    news boolean NOT NULL,
    notify boolean NOT NULL
);
