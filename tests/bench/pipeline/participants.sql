-- What a good engineer writes by hand for one date of counts: stage, join once, compare, apply set by set.
-- Called with -v exam_date=… beside rows.tsv. It keeps the keys, the stamps, the missing rows, the history, the
-- counts and the log row of the contract, and none of its guard, warnings, marks, conditional requests or alerts.
\set ON_ERROR_STOP on
\set QUIET on
BEGIN;
SET LOCAL enable_nestloop = off;
SET LOCAL jit = off;
SET LOCAL work_mem = '128MB';

CREATE TEMP TABLE stage (
    start_time time NOT NULL,
    hall_external_id bigint NOT NULL,
    room_external_id bigint NOT NULL,
    participant_count integer NOT NULL
) ON COMMIT DROP;
\copy stage FROM 'rows.tsv'
ANALYZE stage;

-- Two counts of one room and time would break the unique key half-way: better said at once.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM stage GROUP BY room_external_id, start_time HAVING count(*) > 1) THEN
        RAISE EXCEPTION 'a room is listed twice at one start time';
    END IF;
END
$$;

CREATE TEMP TABLE src ON COMMIT DROP AS
SELECT s.start_time, s.participant_count, r.id AS room_id, r.building_id, p.id AS target_id,
       p.participant_count IS DISTINCT FROM s.participant_count OR NOT p.is_active AS changed
FROM stage AS s
JOIN buildings AS b ON b.external_id = s.hall_external_id
JOIN rooms AS r ON r.external_id = s.room_external_id AND r.building_id = b.id
LEFT JOIN participants AS p
       ON p.room_id = r.id
      AND p.exam_date = :'exam_date'
      AND p.start_time = s.start_time
      AND p.external_profile_exam_id IS NULL;
ANALYZE src;

CREATE TEMP TABLE gone ON COMMIT DROP AS
SELECT p.id
FROM participants AS p
WHERE p.exam_date = :'exam_date' AND p.is_active
  AND NOT EXISTS (SELECT 1 FROM src WHERE src.target_id = p.id);

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT '00000000-0000-0000-0000-000000000000', 'participants_changed', 'participants', p.id,
       jsonb_build_object('participant_count', p.participant_count),
       jsonb_build_object('participant_count', s.participant_count),
       jsonb_build_object('exam_date', :'exam_date'), now()
FROM src AS s
JOIN participants AS p ON p.id = s.target_id
WHERE s.changed;

UPDATE participants
SET is_active = false, deleted_at = now(), updated_at = now()
WHERE id IN (SELECT id FROM gone);

UPDATE participants AS p
SET participant_count = s.participant_count, is_active = true, deleted_at = NULL,
    last_synced_at = now(), updated_at = now()
FROM src AS s
WHERE p.id = s.target_id AND s.changed;

UPDATE participants AS p
SET last_synced_at = now()
FROM src AS s
WHERE p.id = s.target_id AND NOT s.changed;

INSERT INTO participants (building_id, room_id, exam_date, start_time, participant_count, last_synced_at)
SELECT building_id, room_id, :'exam_date', start_time, participant_count, now()
FROM src
WHERE target_id IS NULL;

INSERT INTO sync_logs (run_id, sync_type, started_at, completed_at, status, records_processed, records_created,
                       records_updated, records_deleted, records_errored)
SELECT '00000000-0000-0000-0000-000000000000', 'participants', now(), clock_timestamp(), 'completed',
       (SELECT count(*) FROM stage), count(*) FILTER (WHERE target_id IS NULL),
       count(*) FILTER (WHERE target_id IS NOT NULL AND changed), (SELECT count(*) FROM gone),
       (SELECT count(*) FROM stage) - count(*)
FROM src;
COMMIT;
