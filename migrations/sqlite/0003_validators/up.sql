-- What the API said of its answers (RFC 9110 §8.8), per request and base URL, and which pass they were kept by.
CREATE TABLE validators (
    base_url TEXT NOT NULL,
    request TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    run_id TEXT NOT NULL,
    started_at TEXT NOT NULL,
    PRIMARY KEY (base_url, request)
);
