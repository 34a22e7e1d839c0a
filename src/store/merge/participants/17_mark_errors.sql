-- Rows with a bad record are marked.

UPDATE participants
SET sync_status = 'sync_error', sync_error = broken.problem
FROM broken
WHERE broken.target_id = participants.id
  AND (participants.sync_status <> 'sync_error' OR participants.sync_error IS DISTINCT FROM broken.problem);
