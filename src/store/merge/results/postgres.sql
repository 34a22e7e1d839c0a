-- What the results of a centre bring, as it comes, and what is to be done with it.
CREATE TEMP TABLE result_pass (
    run_id uuid NOT NULL,
    now timestamptz NOT NULL,
    hall bigint NOT NULL,
    instance uuid NOT NULL, -- the copy of the centre's database
    seq bigint NOT NULL,
    results_id uuid NOT NULL,
    version bigint NOT NULL -- the package that the centre has; 0 where it was not made here
);
CREATE TEMP TABLE stage_result (
    ordinal bigint NOT NULL GENERATED ALWAYS AS IDENTITY, -- its place in the file
    uid uuid NOT NULL,
    marked boolean NOT NULL,
    status text,
    marked_at timestamptz,
    marked_by bigint,
    base_marked boolean NOT NULL,
    base_status text,
    base_marked_at timestamptz,
    base_marked_by bigint,
    base_version bigint,
    room_id bigint,
    start_time time,
    place_id bigint,
    participant_name text,
    participant_count integer
);
CREATE TEMP TABLE stage_violation (
    ordinal bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    uid uuid NOT NULL,
    participant_uid uuid,
    room_uid uuid,
    exam_date date NOT NULL,
    start_time time,
    kind text NOT NULL,
    severity text NOT NULL,
    note text,
    happened_at timestamptz,
    recorded_by text,
    replaces uuid,
    created_at timestamptz NOT NULL
);
CREATE TEMP TABLE result_change (
    row_id bigint PRIMARY KEY,
    uid uuid NOT NULL,
    profile_exam_id bigint,
    exam_date date NOT NULL,
    start_time time NOT NULL,
    room_external_id bigint NOT NULL,
    marked boolean NOT NULL, -- what the centre decided
    status text,
    marked_at timestamptz,
    marked_by bigint,
    base_version bigint,
    base_marked boolean NOT NULL, -- what it had said before, or what it had from a package
    base_status text,
    base_marked_at timestamptz,
    base_marked_by bigint,
    head_marked boolean NOT NULL, -- what head office decided
    head_status text,
    head_marked_at timestamptz,
    head_marked_by bigint,
    is_elsewhere boolean NOT NULL, -- inactive, or in another hall by now
    is_changed boolean NOT NULL, -- another name, seat, room, time or count than was sent
    verdict text NOT NULL -- kept, taken, agreed, conflict, base_mismatch
);
CREATE TEMP TABLE violation_change (
    uid uuid PRIMARY KEY,
    row_id bigint,
    participant_id bigint,
    room_id bigint,
    head jsonb,
    centre jsonb NOT NULL,
    verdict text NOT NULL -- known, new, conflict, left_out
);
CREATE TEMP TABLE result_conflict (
    entity text NOT NULL,
    row_id bigint NOT NULL,
    key jsonb NOT NULL,
    base jsonb,
    head jsonb NOT NULL,
    centre jsonb NOT NULL,
    known_state text -- of the same two decisions, where they met before
);
CREATE TEMP TABLE result_left_out (
    entity text NOT NULL,
    uid uuid NOT NULL,
    code text NOT NULL
);
