-- What a person must hear of: the table that the merges tell it into, made where there is anything to tell.
CREATE TEMP TABLE notice (
    severity text NOT NULL,
    sync_type text NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    external_id bigint,
    path text,
    ordinal bigint,
    news boolean NOT NULL,
    notify boolean NOT NULL
)
