-- The records of one entity as they came. A verdict of null is good.
CREATE TEMP TABLE stage_{entity} (
    ordinal bigint PRIMARY KEY,
    sourced_id text,
    says_active boolean NOT NULL,
    source_updated_at timestamptz,
    path text NOT NULL,
    problem text,
    notice text,
    verdict text
    {declared}
)
