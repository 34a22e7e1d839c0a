-- The other tables of rosters (contract §13.2). Where another program has a table of one of these names, none of it is
-- made; see store/migrations/roster.rs.
CREATE TABLE roster_academic_sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    source text NOT NULL,
    sourced_id text NOT NULL CHECK (length(sourced_id) BETWEEN 1 AND 255),
    title text NOT NULL,
    type text NOT NULL,
    start_date text,
    end_date text,
    school_year text,
    parent_id integer REFERENCES roster_academic_sessions (id),
    is_active integer NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    deleted_at text,
    last_synced_at text,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    source_updated_at text,
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    UNIQUE (source, sourced_id)
);

CREATE TABLE roster_courses (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    source text NOT NULL,
    sourced_id text NOT NULL CHECK (length(sourced_id) BETWEEN 1 AND 255),
    title text NOT NULL,
    course_code text,
    org_id integer REFERENCES roster_orgs (id),
    subjects text,
    is_active integer NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    deleted_at text,
    last_synced_at text,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    source_updated_at text,
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    UNIQUE (source, sourced_id)
);

CREATE TABLE roster_users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    source text NOT NULL,
    sourced_id text NOT NULL CHECK (length(sourced_id) BETWEEN 1 AND 255),
    enabled_user integer NOT NULL CHECK (enabled_user IN (0, 1)),
    username text,
    given_name text,
    family_name text,
    middle_name text,
    display_name text NOT NULL,
    email text,
    identifier text,
    grades text,
    is_active integer NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    deleted_at text,
    last_synced_at text,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    source_updated_at text,
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    UNIQUE (source, sourced_id)
);

CREATE TABLE roster_classes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    source text NOT NULL,
    sourced_id text NOT NULL CHECK (length(sourced_id) BETWEEN 1 AND 255),
    title text NOT NULL,
    class_code text,
    class_type text,
    course_id integer REFERENCES roster_courses (id),
    org_id integer REFERENCES roster_orgs (id),
    sessions text,
    grades text,
    is_active integer NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    deleted_at text,
    last_synced_at text,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    source_updated_at text,
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    UNIQUE (source, sourced_id)
);

CREATE TABLE roster_roles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    source text NOT NULL,
    sourced_id text NOT NULL CHECK (length(sourced_id) BETWEEN 1 AND 255),
    user_id integer NOT NULL REFERENCES roster_users (id),
    org_id integer NOT NULL REFERENCES roster_orgs (id),
    role text NOT NULL,
    role_type text,
    begin_date text,
    end_date text,
    is_active integer NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    deleted_at text,
    last_synced_at text,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    source_updated_at text,
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    UNIQUE (source, sourced_id),
    UNIQUE (user_id, org_id, role)
);

CREATE TABLE roster_enrollments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    source text NOT NULL,
    sourced_id text NOT NULL CHECK (length(sourced_id) BETWEEN 1 AND 255),
    class_id integer NOT NULL REFERENCES roster_classes (id),
    user_id integer NOT NULL REFERENCES roster_users (id),
    role text NOT NULL,
    is_primary integer CHECK (is_primary IN (0, 1)),
    begin_date text,
    end_date text,
    is_active integer NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    deleted_at text,
    last_synced_at text,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    source_updated_at text,
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    UNIQUE (source, sourced_id),
    UNIQUE (class_id, user_id, role)
);

-- Hashes that a source has of passwords, kept as they are, where ROSTER_CREDENTIALS asks for them (contract §13.6).
CREATE TABLE roster_credentials (
    user_id INTEGER PRIMARY KEY REFERENCES roster_users (id),
    scheme text NOT NULL,
    hash text NOT NULL,
    changed_at text NOT NULL
);

-- Every row by what it is called elsewhere.
CREATE VIEW external_refs AS
SELECT 'org' AS type, source, sourced_id AS external_id, id AS internal_id FROM roster_orgs
UNION ALL
SELECT 'session' AS type, source, sourced_id AS external_id, id AS internal_id FROM roster_academic_sessions
UNION ALL
SELECT 'course' AS type, source, sourced_id AS external_id, id AS internal_id FROM roster_courses
UNION ALL
SELECT 'user' AS type, source, sourced_id AS external_id, id AS internal_id FROM roster_users
UNION ALL
SELECT 'class' AS type, source, sourced_id AS external_id, id AS internal_id FROM roster_classes
UNION ALL
SELECT 'role' AS type, source, sourced_id AS external_id, id AS internal_id FROM roster_roles
UNION ALL
SELECT 'enrollment' AS type, source, sourced_id AS external_id, id AS internal_id FROM roster_enrollments;
