-- What the API said of its answers (RFC 9110 §8.8), per request and base URL, and which pass they were kept by.
CREATE TABLE validators (
    base_url text NOT NULL,
    request text NOT NULL,
    etag text,
    last_modified text,
    run_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    PRIMARY KEY (base_url, request)
);
