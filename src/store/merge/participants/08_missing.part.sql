-- Active rows that the feed does not hold. How they are found follows this. A feed that holds as many as there are
-- misses none. Absence counts only where every key could be read: then a row goes or, once it has begun, stays and is
-- marked, so that its absence is not reported again.
CREATE TEMP TABLE unseen AS
SELECT p.id, p.room_id, p.start_time, p.participant_count, p.external_profile_exam_id, p.participant_name,
       p.place_id, p.participant_id,
       (SELECT keyless = 0 FROM pass) AND NOT coalesce(p.start_time <= (SELECT begun_through FROM pass), (1 = 0))
           AS goes,
       (SELECT keyless = 0 FROM pass) AND coalesce(p.start_time <= (SELECT begun_through FROM pass), (1 = 0))
           AS stays,
       (SELECT keyless = 0 FROM pass) AND coalesce(p.start_time <= (SELECT begun_through FROM pass), (1 = 0))
           AND (p.sync_status <> 'sync_error'
                OR p.sync_error IS DISTINCT FROM 'absent from the feed after its start') AS to_mark,
       -- Of those that stay, what 08_replaced.sql finds: then they go.
       (1 = 0) AS superseded,
       CAST(NULL AS bigint) AS moved_to_room_id,
       nullif(p.start_time, p.start_time) AS moved_to_start_time
FROM participants AS p
