-- The tables of contract §6. Local columns, which examsync never writes, are marked.
-- external_uid is not unique: two halls may swap theirs in one feed.
-- No index on last_synced_at or updated_at: a pass stamps every row.
-- Timestamps are UTC text with milliseconds, as `YYYY-MM-DD HH:MM:SS.SSS`. The uid default is a version 4 UUID.

CREATE TABLE buildings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    external_id integer NOT NULL UNIQUE,
    external_uid text CHECK (length(external_uid) <= 255),
    name text NOT NULL,
    address text,
    place_limit integer,
    region_id integer,
    is_active integer NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    deleted_at text,
    last_synced_at text,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    code text, -- local
    description text, -- local
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now'))
);
CREATE INDEX buildings_external_uid ON buildings (external_uid);

CREATE TABLE rooms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    external_id integer NOT NULL UNIQUE,
    building_id integer NOT NULL REFERENCES buildings (id),
    name text NOT NULL,
    capacity integer NOT NULL CHECK (capacity >= 0),
    is_active integer NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    deleted_at text,
    last_synced_at text,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    hall_id integer, -- local
    description text, -- local
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    UNIQUE (id, building_id)
);
CREATE INDEX rooms_building_id ON rooms (building_id);

CREATE TABLE participants (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    external_profile_exam_id integer,
    building_id integer NOT NULL,
    room_id integer NOT NULL,
    place_id integer,
    exam_date text NOT NULL,
    start_time text NOT NULL,
    participant_name text,
    participant_id text,
    exam_title text,
    participant_count integer NOT NULL CHECK (participant_count >= 0),
    is_active integer NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    deleted_at text,
    last_synced_at text,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    attendance_marked integer NOT NULL DEFAULT 0 CHECK (attendance_marked IN (0, 1)), -- local
    attendance_status text CHECK (attendance_status IN ('present', 'absent', 'late', 'excused')), -- local
    attendance_marked_at text, -- local
    attendance_marked_by integer, -- local
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    CHECK (external_profile_exam_id IS NULL OR participant_count = 1),
    -- One key says both that the room exists and that it is in this building, and lets the building follow the room.
    FOREIGN KEY (room_id, building_id) REFERENCES rooms (id, building_id) ON UPDATE CASCADE
);
-- The key of count rows and the way from a room to its rows in one. External ids are positive: 0 never meets one.
CREATE UNIQUE INDEX participants_room_slot
    ON participants (room_id, exam_date, start_time, coalesce(external_profile_exam_id, 0));
-- The key of seat rows.
CREATE UNIQUE INDEX participants_seat ON participants (external_profile_exam_id, exam_date)
    WHERE external_profile_exam_id IS NOT NULL;
CREATE INDEX participants_exam_date ON participants (exam_date);

CREATE TABLE sync_logs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id text NOT NULL,
    sync_type text NOT NULL CHECK (sync_type IN ('exam_halls', 'hall_rooms', 'participants')),
    started_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    completed_at text,
    status text NOT NULL DEFAULT 'in_progress' CHECK (status IN ('in_progress', 'completed', 'failed')),
    records_processed integer NOT NULL DEFAULT 0,
    records_created integer NOT NULL DEFAULT 0,
    records_updated integer NOT NULL DEFAULT 0,
    records_deleted integer NOT NULL DEFAULT 0,
    records_errored integer NOT NULL DEFAULT 0,
    error_message text,
    error_details text,
    metadata text,
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now'))
);
CREATE INDEX sync_logs_type_started ON sync_logs (sync_type, started_at);

CREATE TABLE audit_logs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id text NOT NULL,
    action text NOT NULL,
    entity_type text NOT NULL,
    entity_id integer NOT NULL,
    old_value text,
    new_value text,
    metadata text,
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now'))
);
CREATE INDEX audit_logs_created_at ON audit_logs (created_at);
CREATE INDEX audit_logs_entity ON audit_logs (entity_type, entity_id);

CREATE TABLE notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    recipient_role text NOT NULL CHECK (recipient_role IN ('exam_director', 'building_manager')),
    type text NOT NULL,
    priority text NOT NULL DEFAULT 'normal',
    title text NOT NULL,
    message text NOT NULL,
    metadata text,
    read integer NOT NULL DEFAULT 0 CHECK (read IN (0, 1)),
    read_at text,
    email_sent integer NOT NULL DEFAULT 0 CHECK (email_sent IN (0, 1)),
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at text NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now'))
);

CREATE VIEW exam_schedules AS
SELECT
    exam_date,
    start_time,
    count(DISTINCT building_id) AS halls,
    count(DISTINCT room_id) AS rooms,
    sum(participant_count) AS participants
FROM participants
WHERE is_active
GROUP BY exam_date, start_time;
