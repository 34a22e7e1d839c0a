-- Rows that the feed no longer holds go; those that have begun stay and are marked, unless the feed has their people in
-- another form or place.

UPDATE participants
SET is_active = (1 = 0), deleted_at = (SELECT now FROM pass), updated_at = (SELECT now FROM pass)
WHERE id IN (SELECT id FROM unseen WHERE goes);

UPDATE participants
SET sync_status = 'sync_error', sync_error = 'absent from the feed after its start'
WHERE id IN (SELECT id FROM unseen WHERE to_mark);

-- Nothing is wrong any more with a row whose people are in another form or place, though it was absent before.
UPDATE participants
SET sync_status = 'synced', sync_error = NULL
WHERE id IN (SELECT id FROM unseen WHERE superseded OR moved_to_room_id IS NOT NULL) AND sync_status = 'sync_error';
