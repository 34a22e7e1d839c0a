-- Warnings and errors for a person. The table is made only where there are any.
CREATE TEMP TABLE notice (
    severity text NOT NULL,
    sync_type text NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    external_id bigint,
    external_key text, -- in place of it, where keys are text
    entity text, -- where a pass has several
    path text,
    ordinal bigint,
    news boolean NOT NULL,
    notify boolean NOT NULL
)
