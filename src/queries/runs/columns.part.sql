SELECT
    id, run_id, sync_type, scope, status, started_at, completed_at,
    records_created AS created, records_updated AS updated,
    records_processed - records_created - records_updated - records_errored AS unchanged,
    records_deleted AS deleted, records_errored AS errored, error_message, error_details, metadata,
    -- The row of a pass that was killed holds only a message.
    CASE
        WHEN status <> 'failed' THEN NULL
        WHEN readable_json(error_details) ->> 'kind' IS NOT NULL THEN readable_json(error_details) ->> 'kind'
        WHEN error_message LIKE 'interrupted%' THEN 'interrupted'
        ELSE 'internal'
    END AS kind
FROM sync_logs
