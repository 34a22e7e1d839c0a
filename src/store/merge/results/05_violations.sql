-- Violations by uid, of people and rooms that this hall was sent.
INSERT INTO violation_change (uid, row_id, participant_id, room_id, head, centre, verdict)
WITH staged AS (
    SELECT s.uid, p.id AS participant_id, r.id AS room_id,
           (s.participant_uid IS NOT NULL AND p.id IS NULL) OR (s.room_uid IS NOT NULL AND r.id IS NULL) AS is_foreign,
           json_object('participant_uid', CAST(s.participant_uid AS text), 'room_uid', CAST(s.room_uid AS text),
                       'exam_date', CAST(s.exam_date AS text), 'start_time', CAST(s.start_time AS text), 'kind', s.kind,
                       'severity', s.severity, 'note', s.note, 'happened_at', moment_text(s.happened_at),
                       'recorded_by', s.recorded_by, 'replaces', CAST(s.replaces AS text)) AS content
    FROM stage_violation AS s
    LEFT JOIN (SELECT p.id, p.uid
               FROM result_pass AS pass
               JOIN package_rows AS sent ON sent.hall_external_id = pass.hall AND sent.kind = 'participant'
               JOIN participants AS p ON p.id = sent.row_id) AS p ON p.uid = s.participant_uid
    LEFT JOIN (SELECT r.id, r.uid
               FROM result_pass AS pass
               JOIN package_rows AS sent ON sent.hall_external_id = pass.hall AND sent.kind = 'room'
               JOIN rooms AS r ON r.id = sent.row_id) AS r ON r.uid = s.room_uid
), known AS (
    SELECT v.uid, v.id,
           json_object('participant_uid', CAST(p.uid AS text), 'room_uid', CAST(r.uid AS text),
                       'exam_date', CAST(v.exam_date AS text), 'start_time', CAST(v.start_time AS text), 'kind', v.kind,
                       'severity', v.severity, 'note', v.note, 'happened_at', moment_text(v.happened_at),
                       'recorded_by', v.recorded_by, 'replaces', CAST(v.replaces AS text)) AS content
    FROM stage_violation AS s
    JOIN violations AS v ON v.uid = s.uid
    LEFT JOIN participants AS p ON p.id = v.participant_id
    LEFT JOIN rooms AS r ON r.id = v.room_id
)
SELECT staged.uid, known.id, staged.participant_id, staged.room_id, known.content, staged.content,
       CASE WHEN staged.is_foreign THEN 'left_out' WHEN known.id IS NULL THEN 'new'
            WHEN known.content = staged.content THEN 'known' ELSE 'conflict' END
FROM staged
LEFT JOIN known ON known.uid = staged.uid;

INSERT INTO result_left_out (entity, uid, code)
SELECT 'violation', s.uid,
       CASE WHEN EXISTS (SELECT 1 FROM participants AS p WHERE p.uid = s.participant_uid)
                 OR EXISTS (SELECT 1 FROM rooms AS r WHERE r.uid = s.room_uid)
            THEN 'foreign_row' ELSE 'unknown_row' END
FROM stage_violation AS s
JOIN violation_change AS c ON c.uid = s.uid
WHERE c.verdict = 'left_out';

INSERT INTO violations (uid, participant_id, room_id, exam_date, start_time, kind, severity, note, happened_at, recorded_by,
                        replaces, created_at)
SELECT s.uid, c.participant_id, c.room_id, s.exam_date, s.start_time, s.kind, s.severity, s.note, s.happened_at,
       s.recorded_by, s.replaces, s.created_at
FROM stage_violation AS s
JOIN violation_change AS c ON c.uid = s.uid
WHERE c.verdict = 'new'
ORDER BY s.created_at, s.uid;

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, new_value, metadata, created_at)
SELECT pass.run_id, 'violation_imported', 'violation', v.id, c.centre,
       json_object('uid', CAST(c.uid AS text), 'hall_external_id', pass.hall, 'results_id', CAST(pass.results_id AS text)),
       pass.now
FROM violation_change AS c
JOIN violations AS v ON v.uid = c.uid
CROSS JOIN result_pass AS pass
WHERE c.verdict = 'new';
