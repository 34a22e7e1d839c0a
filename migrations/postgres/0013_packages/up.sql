-- Packages for centres without a network (contract §11). All of these tables are internal. They hold no names.

-- At head office: one row per centre, by the external id of its hall.
CREATE TABLE package_centres (
    hall_external_id bigint PRIMARY KEY,
    last_version bigint NOT NULL DEFAULT 0, -- the counter: no package gets a number below it
    acked_version bigint, -- the newest package that a results file of the hall named
    acked_at timestamptz,
    results_instance uuid, -- the newest results file that was taken
    results_seq bigint,
    results_at timestamptz,
    centre_program text,
    clock_offset_seconds bigint -- how far the centre's clock was ahead when its results were made, at most
);

-- At head office: the numbers that were given, one per package. One without written_at has perhaps no file.
CREATE TABLE packages (
    hall_external_id bigint NOT NULL,
    version bigint NOT NULL,
    id uuid NOT NULL UNIQUE,
    since_version bigint, -- null: a full one
    dates jsonb NOT NULL,
    row_count bigint,
    byte_count bigint,
    created_at timestamptz NOT NULL,
    written_at timestamptz,
    PRIMARY KEY (hall_external_id, version)
);

-- At head office: what was sent, row by row, and since which package the row is as it was sent last.
CREATE TABLE package_rows (
    hall_external_id bigint NOT NULL,
    kind text NOT NULL, -- hall, room, participant
    row_id bigint NOT NULL,
    exam_date date,
    version bigint NOT NULL,
    sent_at timestamptz NOT NULL, -- the row's updated_at
    attendance_marked boolean NOT NULL DEFAULT false,
    attendance_status text,
    attendance_marked_at timestamptz,
    attendance_marked_by bigint,
    gone boolean NOT NULL DEFAULT false,
    PRIMARY KEY (hall_external_id, kind, row_id)
);

-- Files that were attached, or came with a package.
CREATE TABLE package_files (
    hall_external_id bigint NOT NULL,
    sha256 text NOT NULL,
    name text NOT NULL,
    byte_count bigint NOT NULL,
    version bigint, -- the package that it was sent with first
    stored_at timestamptz NOT NULL,
    PRIMARY KEY (hall_external_id, sha256, name)
);

-- At a centre: the packages that it took, in the order in which it did.
CREATE TABLE package_imports (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hall_external_id bigint NOT NULL,
    version bigint NOT NULL,
    package_id uuid NOT NULL,
    since_version bigint,
    made_at timestamptz NOT NULL,
    imported_at timestamptz NOT NULL
);

-- At a centre: this database, made with its first results file, and the newest one.
CREATE TABLE package_instances (
    instance uuid PRIMARY KEY,
    last_seq bigint NOT NULL DEFAULT 0,
    last_version bigint, -- the package that the newest results file named
    last_package_id uuid,
    last_results_at timestamptz
);

-- At a centre: the decision on attendance that the newest package said of a row, or that was taken from it.
CREATE TABLE attendance_base (
    row_id bigint PRIMARY KEY REFERENCES participants (id),
    marked boolean NOT NULL DEFAULT false,
    status text,
    marked_at timestamptz,
    marked_by bigint
);

-- At head office: the results files that came, by their number.
CREATE TABLE package_results (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hall_external_id bigint NOT NULL,
    instance uuid NOT NULL,
    seq bigint NOT NULL,
    results_id uuid NOT NULL,
    version bigint,
    superseded boolean NOT NULL DEFAULT false,
    imported_at timestamptz NOT NULL
);
CREATE INDEX package_results_instance ON package_results (hall_external_id, instance, seq);
