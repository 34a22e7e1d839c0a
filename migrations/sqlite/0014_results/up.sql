-- Results of centres without a network (contract §11.6, §11.7). A table that another program made under one of the two
-- names of the contract, violations and sync_conflicts, is left alone, so all of each stands in one statement.

-- What supervisors report, at both ends. The application writes it, append only: a correction is a new row that names the
-- one it replaces.
CREATE TABLE IF NOT EXISTS violations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    participant_id integer REFERENCES participants (id), -- null: of a room
    room_id integer REFERENCES rooms (id),
    exam_date text NOT NULL,
    start_time text,
    kind text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
    note text,
    happened_at text,
    recorded_by text,
    replaces text,
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now'))
);

-- At head office: where it and a centre decided differently, and neither knew of the other.
CREATE TABLE IF NOT EXISTS sync_conflicts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    hall_external_id integer NOT NULL,
    entity text NOT NULL, -- participant, violation
    key text NOT NULL,
    row_id integer NOT NULL, -- internal: the row, and which results of which copy of the centre's database said so
    instance text,
    seq integer,
    base text,
    head text,
    centre text,
    package_id text, -- the results
    state text NOT NULL DEFAULT 'open', -- open, resolved, agreed, superseded
    resolution text, -- head, centre
    resolved_by text,
    reason text,
    opened_at text NOT NULL,
    closed_at text
);

-- All that follows is internal.

-- At head office: what each copy of a centre's database said of attendance, from results to results.
CREATE TABLE package_said (
    instance text NOT NULL,
    row_id integer NOT NULL,
    seq integer NOT NULL,
    until_seq integer, -- the results that said something else
    base_version integer, -- the package from which the row had taken its base
    marked integer NOT NULL,
    status text,
    marked_at text,
    marked_by integer,
    PRIMARY KEY (instance, row_id, seq)
);

-- At head office: the decision of a centre that was last taken, agreed with or resolved.
CREATE TABLE package_seen (
    hall_external_id integer NOT NULL,
    row_id integer NOT NULL,
    marked integer NOT NULL,
    status text,
    marked_at text,
    marked_by integer,
    changed_at text NOT NULL,
    PRIMARY KEY (hall_external_id, row_id)
);

-- At head office: every decision that packages of a hall brought, by which a base is known.
CREATE TABLE package_decisions (
    hall_external_id integer NOT NULL,
    row_id integer NOT NULL,
    version integer NOT NULL,
    status text,
    marked_at text,
    marked_by integer,
    PRIMARY KEY (hall_external_id, row_id, version)
);

-- At a centre: the results that it wrote, or was about to.
CREATE TABLE package_written (
    seq integer PRIMARY KEY,
    results_id text NOT NULL,
    written_at text NOT NULL
);

-- At a centre: what its results said last of each row.
CREATE TABLE attendance_told (
    row_id integer PRIMARY KEY,
    marked integer NOT NULL,
    status text,
    marked_at text,
    marked_by integer
);

ALTER TABLE package_rows ADD COLUMN seen_at text; -- changed_at of package_seen when the row was sent
ALTER TABLE package_results ADD COLUMN branch text; -- the instance, or of an approved copy an id of its own
ALTER TABLE package_results ADD COLUMN only_named integer NOT NULL DEFAULT 0; -- by later ones: they did not come
ALTER TABLE package_files ADD COLUMN seq integer; -- at a centre: the results that the file went up with first
ALTER TABLE package_instances ADD COLUMN last_violation_id integer; -- the newest that the newest results have
ALTER TABLE attendance_base ADD COLUMN version integer; -- the package that it is of
ALTER TABLE attendance_base ADD COLUMN is_refused integer NOT NULL DEFAULT 0; -- whether the row kept its own since
