-- Rows whose only record is a bad one keep their values and are marked.

UPDATE participants
SET sync_status = 'sync_error', sync_error = broken.problem
FROM broken
WHERE broken.target_id = participants.id
  AND (participants.sync_status <> 'sync_error' OR participants.sync_error IS DISTINCT FROM broken.problem);
