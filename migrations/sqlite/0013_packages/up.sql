-- Packages for centres without a network (contract §11). All of these tables are internal. They hold no names.

-- At head office: one row per centre, by the external id of its hall.
CREATE TABLE package_centres (
    hall_external_id integer PRIMARY KEY,
    last_version integer NOT NULL DEFAULT 0, -- the counter: no package gets a number below it
    acked_version integer, -- the newest package that a results file of the hall named
    acked_at text,
    results_instance text, -- the newest results file that was taken
    results_seq integer,
    results_at text,
    centre_program text,
    clock_offset_seconds integer -- how far the centre's clock was ahead when its results were made, at most
);

-- At head office: the numbers that were given, one per package. One without written_at has perhaps no file.
CREATE TABLE packages (
    hall_external_id integer NOT NULL,
    version integer NOT NULL,
    id text NOT NULL UNIQUE,
    since_version integer, -- null: a full one
    dates text NOT NULL,
    row_count integer,
    byte_count integer,
    created_at text NOT NULL,
    written_at text,
    PRIMARY KEY (hall_external_id, version)
);

-- At head office: what was sent, row by row, and since which package the row is as it was sent last.
CREATE TABLE package_rows (
    hall_external_id integer NOT NULL,
    kind text NOT NULL, -- hall, room, participant
    row_id integer NOT NULL,
    exam_date text,
    version integer NOT NULL,
    sent_at text NOT NULL, -- the row's updated_at
    attendance_marked integer NOT NULL DEFAULT 0,
    attendance_status text,
    attendance_marked_at text,
    attendance_marked_by integer,
    gone integer NOT NULL DEFAULT 0,
    PRIMARY KEY (hall_external_id, kind, row_id)
) WITHOUT ROWID;

-- Files that were attached, or came with a package.
CREATE TABLE package_files (
    hall_external_id integer NOT NULL,
    sha256 text NOT NULL,
    name text NOT NULL,
    byte_count integer NOT NULL,
    version integer, -- the package that it was sent with first
    stored_at text NOT NULL,
    PRIMARY KEY (hall_external_id, sha256, name)
);

-- At a centre: the packages that it took, in the order in which it did.
CREATE TABLE package_imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hall_external_id integer NOT NULL,
    version integer NOT NULL,
    package_id text NOT NULL,
    since_version integer,
    made_at text NOT NULL,
    imported_at text NOT NULL
);

-- At a centre: this database, made with its first results file, and the newest one.
CREATE TABLE package_instances (
    instance text PRIMARY KEY,
    last_seq integer NOT NULL DEFAULT 0,
    last_version integer, -- the package that the newest results file named
    last_package_id text,
    last_results_at text
);

-- At a centre: the decision on attendance that the newest package said of a row, or that was taken from it.
CREATE TABLE attendance_base (
    row_id integer PRIMARY KEY REFERENCES participants (id),
    marked integer NOT NULL DEFAULT 0,
    status text,
    marked_at text,
    marked_by integer
);

-- At head office: the results files that came, by their number.
CREATE TABLE package_results (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hall_external_id integer NOT NULL,
    instance text NOT NULL,
    seq integer NOT NULL,
    results_id text NOT NULL,
    version integer,
    superseded integer NOT NULL DEFAULT 0,
    imported_at text NOT NULL
);
CREATE INDEX package_results_instance ON package_results (hall_external_id, instance, seq);
