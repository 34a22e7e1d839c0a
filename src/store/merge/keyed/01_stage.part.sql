-- The records of one entity as they came, each with an ordinal of its own. A verdict of null is good.
CREATE TEMP TABLE stage_{entity} (
    ordinal bigint NOT NULL,
    uid uuid, -- of a row that is created; null where the database makes it
    sourced_id text,
    says_active boolean NOT NULL,
    source_updated_at timestamptz,
    path text NOT NULL,
    problem text,
    notice text,
    verdict text
    {declared}
)
