-- The participants of a feed, as they come. What is aligned to eight bytes comes first.
CREATE TEMP TABLE stage_entry (
    ordinal bigint NOT NULL, -- its slot × 2³² + its number in the slot's list (model.rs)
    start_time time,
    hall_external_id bigint,
    room_external_id bigint,
    profile_exam_id bigint,
    place_id bigint,
    participant_count integer,
    part integer NOT NULL,
    uid uuid, -- of the row that may come of it, where none is there yet
    kind text NOT NULL,
    participant_id text,
    participant_name text,
    exam_title text COLLATE "C", -- sorted as SQLite does, where several are joined
    problem text,
    notice text
);
