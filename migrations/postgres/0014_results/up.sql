-- Results of centres without a network (contract §11.6, §11.7). A table that another program made under one of the two
-- names of the contract, violations and sync_conflicts, is left alone, so all of each stands in one statement.

-- What supervisors report, at both ends. The application writes it, append only: a correction is a new row that names the
-- one it replaces.
CREATE TABLE IF NOT EXISTS violations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    participant_id bigint REFERENCES participants (id), -- null: of a room
    room_id bigint REFERENCES rooms (id),
    exam_date date NOT NULL,
    start_time time,
    kind text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
    note text,
    happened_at timestamptz,
    recorded_by text,
    replaces uuid,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- At head office: where it and a centre decided differently, and neither knew of the other.
CREATE TABLE IF NOT EXISTS sync_conflicts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    hall_external_id bigint NOT NULL,
    entity text NOT NULL, -- participant, violation
    key jsonb NOT NULL,
    row_id bigint NOT NULL, -- internal: the row, and which results of which copy of the centre's database said so
    instance uuid,
    seq bigint,
    base jsonb,
    head jsonb,
    centre jsonb,
    package_id uuid, -- the results
    state text NOT NULL DEFAULT 'open', -- open, resolved, agreed, superseded
    resolution text, -- head, centre
    resolved_by text,
    reason text,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz
);

-- All that follows is internal.

-- At head office: what each copy of a centre's database said of attendance, from results to results.
CREATE TABLE package_said (
    instance uuid NOT NULL,
    row_id bigint NOT NULL,
    seq bigint NOT NULL,
    until_seq bigint, -- the results that said something else
    base_version bigint, -- the package from which the row had taken its base
    marked boolean NOT NULL,
    status text,
    marked_at timestamptz,
    marked_by bigint,
    PRIMARY KEY (instance, row_id, seq)
);

-- At head office: the decision of a centre that was last taken, agreed with or resolved.
CREATE TABLE package_seen (
    hall_external_id bigint NOT NULL,
    row_id bigint NOT NULL,
    marked boolean NOT NULL,
    status text,
    marked_at timestamptz,
    marked_by bigint,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (hall_external_id, row_id)
);

-- At head office: every decision that packages of a hall brought, by which a base is known.
CREATE TABLE package_decisions (
    hall_external_id bigint NOT NULL,
    row_id bigint NOT NULL,
    version bigint NOT NULL,
    status text,
    marked_at timestamptz,
    marked_by bigint,
    PRIMARY KEY (hall_external_id, row_id, version)
);

-- At a centre: the results that it wrote, or was about to.
CREATE TABLE package_written (
    seq bigint PRIMARY KEY,
    results_id uuid NOT NULL,
    written_at timestamptz NOT NULL
);

-- At a centre: what its results said last of each row.
CREATE TABLE attendance_told (
    row_id bigint PRIMARY KEY,
    marked boolean NOT NULL,
    status text,
    marked_at timestamptz,
    marked_by bigint
);

ALTER TABLE package_rows ADD COLUMN seen_at timestamptz; -- changed_at of package_seen when the row was sent
ALTER TABLE package_results ADD COLUMN branch uuid; -- the instance, or of an approved copy an id of its own
ALTER TABLE package_results ADD COLUMN only_named boolean NOT NULL DEFAULT false; -- by later ones: they did not come
ALTER TABLE package_files ADD COLUMN seq bigint; -- at a centre: the results that the file went up with first
ALTER TABLE package_instances ADD COLUMN last_violation_id bigint; -- the newest that the newest results have
ALTER TABLE attendance_base ADD COLUMN version bigint; -- the package that it is of
ALTER TABLE attendance_base ADD COLUMN is_refused boolean NOT NULL DEFAULT false; -- whether the row kept its own since
