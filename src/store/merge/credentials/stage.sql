-- What the feed has as a password of each person: a hash with its scheme, or nothing where it is none.
CREATE TEMP TABLE stage_credential (
    ordinal bigint PRIMARY KEY,
    sourced_id text,
    path text NOT NULL,
    scheme text,
    hash text,
    refused boolean NOT NULL
)
