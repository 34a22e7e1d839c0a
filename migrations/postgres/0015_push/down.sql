DROP TABLE sync_events;
DROP INDEX outbox_batches;
DELETE FROM outbox WHERE resources IS NOT NULL;
ALTER TABLE outbox
    DROP COLUMN first_record,
    DROP COLUMN part_of,
    DROP COLUMN resources,
    DROP COLUMN waits_since,
    DROP COLUMN put_aside_at,
    DROP COLUMN failures,
    DROP COLUMN next_try_at;
DROP TABLE violations_sent;
DROP TABLE attendance_sent;
DROP TABLE push_destinations;
DROP TABLE change_resources;
DROP TABLE change_events;
