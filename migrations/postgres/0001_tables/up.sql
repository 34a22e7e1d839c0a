-- The tables of contract §6. Local columns, which examsync never writes, are marked.
-- external_uid is not unique: two halls may swap theirs in one feed.
-- fillfactor 50 and no index on last_synced_at or updated_at: a pass stamps every row, and a page with
-- room for a second copy of its rows makes that a HOT update.

CREATE TABLE buildings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL DEFAULT gen_random_uuid(),
    external_id bigint NOT NULL UNIQUE,
    external_uid text CHECK (char_length(external_uid) <= 255),
    name text NOT NULL,
    address text,
    place_limit bigint,
    region_id bigint,
    is_active boolean NOT NULL DEFAULT true,
    deleted_at timestamptz,
    last_synced_at timestamptz,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    code text,        -- local
    description text, -- local
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX buildings_external_uid ON buildings (external_uid);

CREATE TABLE rooms (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL DEFAULT gen_random_uuid(),
    external_id bigint NOT NULL UNIQUE,
    building_id bigint NOT NULL REFERENCES buildings (id),
    name text NOT NULL,
    capacity integer NOT NULL CHECK (capacity >= 0),
    is_active boolean NOT NULL DEFAULT true,
    deleted_at timestamptz,
    last_synced_at timestamptz,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    hall_id bigint,   -- local
    description text, -- local
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (id, building_id)
) WITH (fillfactor = 50);
CREATE INDEX rooms_building_id ON rooms (building_id);

CREATE TABLE participants (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL DEFAULT gen_random_uuid(),
    external_profile_exam_id bigint,
    building_id bigint NOT NULL,
    room_id bigint NOT NULL,
    place_id bigint,
    exam_date date NOT NULL,
    start_time time NOT NULL,
    participant_name text,
    participant_id text,
    exam_title text,
    participant_count integer NOT NULL CHECK (participant_count >= 0),
    is_active boolean NOT NULL DEFAULT true,
    deleted_at timestamptz,
    last_synced_at timestamptz,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'sync_pending', 'sync_error')),
    sync_error text,
    attendance_marked boolean NOT NULL DEFAULT false,                                              -- local
    attendance_status text CHECK (attendance_status IN ('present', 'absent', 'late', 'excused')), -- local
    attendance_marked_at timestamptz,                                                              -- local
    attendance_marked_by bigint,                                                                   -- local
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (external_profile_exam_id IS NULL OR participant_count = 1),
    -- One key says both that the room exists and that it is in this building, and lets the building follow the room.
    FOREIGN KEY (room_id, building_id) REFERENCES rooms (id, building_id) ON UPDATE CASCADE
) WITH (fillfactor = 50);
-- The key of count rows and the way from a room to its rows in one. External ids are positive: 0 never meets one.
CREATE UNIQUE INDEX participants_room_slot
    ON participants (room_id, exam_date, start_time, coalesce(external_profile_exam_id, 0));
-- The key of seat rows.
CREATE UNIQUE INDEX participants_seat ON participants (external_profile_exam_id, exam_date)
    WHERE external_profile_exam_id IS NOT NULL;
CREATE INDEX participants_exam_date ON participants (exam_date);

CREATE TABLE sync_logs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id uuid NOT NULL,
    sync_type text NOT NULL CHECK (sync_type IN ('exam_halls', 'hall_rooms', 'participants')),
    started_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    status text NOT NULL DEFAULT 'in_progress' CHECK (status IN ('in_progress', 'completed', 'failed')),
    records_processed bigint NOT NULL DEFAULT 0,
    records_created bigint NOT NULL DEFAULT 0,
    records_updated bigint NOT NULL DEFAULT 0,
    records_deleted bigint NOT NULL DEFAULT 0,
    records_errored bigint NOT NULL DEFAULT 0,
    error_message text,
    error_details jsonb,
    metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sync_logs_type_started ON sync_logs (sync_type, started_at);

CREATE TABLE audit_logs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id uuid NOT NULL,
    action text NOT NULL,
    entity_type text NOT NULL,
    entity_id bigint NOT NULL,
    old_value jsonb,
    new_value jsonb,
    metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_logs_created_at ON audit_logs (created_at);
CREATE INDEX audit_logs_entity ON audit_logs (entity_type, entity_id);

CREATE TABLE notifications (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL DEFAULT gen_random_uuid(),
    recipient_role text NOT NULL CHECK (recipient_role IN ('exam_director', 'building_manager')),
    type text NOT NULL,
    priority text NOT NULL DEFAULT 'normal',
    title text NOT NULL,
    message text NOT NULL,
    metadata jsonb,
    read boolean NOT NULL DEFAULT false,
    read_at timestamptz,
    email_sent boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
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
