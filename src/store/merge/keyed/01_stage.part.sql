-- The records of one entity as they came. A verdict of null is good.
CREATE TEMP TABLE stage_record (
    ordinal bigint PRIMARY KEY,
    sourced_id text,
    says_active boolean NOT NULL,
    source_updated_at timestamptz,
    path text NOT NULL,
    problem text,
    notice text,
    verdict text
    {declared}
);
CREATE INDEX stage_record_sourced_id ON stage_record (sourced_id)
