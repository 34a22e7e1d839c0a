-- Decisions of a package, as they come.
CREATE TEMP TABLE stage_attendance (
    uid uuid NOT NULL,
    marked boolean NOT NULL,
    status text,
    marked_at timestamptz,
    marked_by bigint,
    is_seen boolean NOT NULL, -- whether head office took a decision of this centre
    seen_status text,
    seen_marked_at timestamptz,
    seen_marked_by bigint
);
CREATE TEMP TABLE attendance_change (
    row_id bigint NOT NULL,
    own_status text, -- what the row says
    own_marked_at timestamptz,
    own_marked_by bigint,
    marked boolean NOT NULL,
    status text,
    marked_at timestamptz,
    marked_by bigint,
    taken boolean NOT NULL,
    differs boolean NOT NULL -- whether the row itself changes
);
