-- The halls and rooms of a feed, as they come.
CREATE TEMP TABLE stage_place (
    ordinal bigint NOT NULL,
    part integer NOT NULL,
    uid uuid, -- of the row that may come of it, where none is there yet
    kind text NOT NULL,
    parent bigint,
    position bigint NOT NULL,
    external_id bigint,
    external_uid text,
    name text,
    address text,
    place_limit bigint,
    region_id bigint,
    capacity integer,
    stated_hall bigint,
    says_active boolean NOT NULL,
    deleted_at timestamptz,
    problem text,
    notice text,
    verdict text,
    not_modified boolean NOT NULL DEFAULT false
);
