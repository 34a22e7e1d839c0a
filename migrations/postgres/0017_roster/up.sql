-- The other tables of rosters (contract §13.2). Where another program has a table of one of these names, none of it is
-- made; see store/migrations/roster.rs.
-- fillfactor 50 as for rooms: a pass stamps every row, and then the update is HOT.
CREATE TABLE roster_academic_sessions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL DEFAULT gen_random_uuid(),
    source text NOT NULL,
    sourced_id text NOT NULL CHECK (char_length(sourced_id) BETWEEN 1 AND 255),
    title text NOT NULL,
    type text NOT NULL,
    start_date date,
    end_date date,
    school_year text,
    parent_id bigint REFERENCES roster_academic_sessions (id),
    is_active boolean NOT NULL DEFAULT true,
    deleted_at timestamptz,
    last_synced_at timestamptz,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    source_updated_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, sourced_id)
) WITH (fillfactor = 50);

CREATE TABLE roster_courses (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL DEFAULT gen_random_uuid(),
    source text NOT NULL,
    sourced_id text NOT NULL CHECK (char_length(sourced_id) BETWEEN 1 AND 255),
    title text NOT NULL,
    course_code text,
    org_id bigint REFERENCES roster_orgs (id),
    subjects jsonb,
    is_active boolean NOT NULL DEFAULT true,
    deleted_at timestamptz,
    last_synced_at timestamptz,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    source_updated_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, sourced_id)
) WITH (fillfactor = 50);

CREATE TABLE roster_users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL DEFAULT gen_random_uuid(),
    source text NOT NULL,
    sourced_id text NOT NULL CHECK (char_length(sourced_id) BETWEEN 1 AND 255),
    enabled_user boolean NOT NULL,
    username text,
    given_name text,
    family_name text,
    middle_name text,
    display_name text NOT NULL,
    email text,
    identifier text,
    grades jsonb,
    is_active boolean NOT NULL DEFAULT true,
    deleted_at timestamptz,
    last_synced_at timestamptz,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    source_updated_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, sourced_id)
) WITH (fillfactor = 50);

CREATE TABLE roster_classes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL DEFAULT gen_random_uuid(),
    source text NOT NULL,
    sourced_id text NOT NULL CHECK (char_length(sourced_id) BETWEEN 1 AND 255),
    title text NOT NULL,
    class_code text,
    class_type text,
    course_id bigint REFERENCES roster_courses (id),
    org_id bigint REFERENCES roster_orgs (id),
    sessions jsonb,
    grades jsonb,
    is_active boolean NOT NULL DEFAULT true,
    deleted_at timestamptz,
    last_synced_at timestamptz,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    source_updated_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, sourced_id)
) WITH (fillfactor = 50);

CREATE TABLE roster_roles (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL DEFAULT gen_random_uuid(),
    source text NOT NULL,
    sourced_id text NOT NULL CHECK (char_length(sourced_id) BETWEEN 1 AND 255),
    user_id bigint NOT NULL REFERENCES roster_users (id),
    org_id bigint NOT NULL REFERENCES roster_orgs (id),
    role text NOT NULL,
    role_type text,
    begin_date date,
    end_date date,
    is_active boolean NOT NULL DEFAULT true,
    deleted_at timestamptz,
    last_synced_at timestamptz,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    source_updated_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, sourced_id),
    UNIQUE (user_id, org_id, role)
) WITH (fillfactor = 50);

CREATE TABLE roster_enrollments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL DEFAULT gen_random_uuid(),
    source text NOT NULL,
    sourced_id text NOT NULL CHECK (char_length(sourced_id) BETWEEN 1 AND 255),
    class_id bigint NOT NULL REFERENCES roster_classes (id),
    user_id bigint NOT NULL REFERENCES roster_users (id),
    role text NOT NULL,
    is_primary boolean,
    begin_date date,
    end_date date,
    is_active boolean NOT NULL DEFAULT true,
    deleted_at timestamptz,
    last_synced_at timestamptz,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    source_updated_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, sourced_id),
    UNIQUE (class_id, user_id, role)
) WITH (fillfactor = 50);

-- Hashes that a source has of passwords, kept as they are, where ROSTER_CREDENTIALS asks for them (contract §13.6).
CREATE TABLE roster_credentials (
    user_id bigint PRIMARY KEY REFERENCES roster_users (id),
    scheme text NOT NULL,
    hash text NOT NULL,
    changed_at timestamptz NOT NULL
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
