-- The active rooms, and those of them that confirm_rooms.part.sql writes.

SELECT count(*) AS active,
       count(CASE WHEN last_synced_at IS NULL OR last_synced_at < $1 OR sync_status = 'sync_error' THEN 1 END) AS due
FROM rooms
WHERE is_active
