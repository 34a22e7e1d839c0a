-- Whether the newest id of sync_logs is above the counter that gives the next one.
SELECT CASE WHEN has_sequence_privilege(counter.sequence, 'USAGE, SELECT')
            THEN coalesce((SELECT max(id) FROM sync_logs) > coalesce(pg_sequence_last_value(counter.sequence), 0), false)
            ELSE false END AS value
FROM (SELECT pg_get_serial_sequence(quote_ident(our_schema()) || '.sync_logs', 'id')::regclass AS sequence) AS counter
