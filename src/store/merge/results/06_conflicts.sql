-- Where head office and the centre decided differently, and neither knew: head office's stays, the centre's is kept here.
INSERT INTO result_conflict (entity, row_id, key, base, head, centre)
SELECT 'participant', row_id,
       json_object('uid', CAST(uid AS text), 'external_profile_exam_id', profile_exam_id,
                   'exam_date', CAST(exam_date AS text), 'start_time', CAST(start_time AS text),
                   'room_external_id', room_external_id),
       json_object('marked', json_bool(base_marked), 'status', base_status,
                   'marked_at', moment_text(base_marked_at), 'marked_by', base_marked_by),
       json_object('marked', json_bool(head_marked), 'status', head_status,
                   'marked_at', moment_text(head_marked_at), 'marked_by', head_marked_by),
       json_object('marked', json_bool(marked), 'status', status, 'marked_at', moment_text(marked_at),
                   'marked_by', marked_by)
FROM result_change
WHERE verdict = 'conflict'
UNION ALL
SELECT 'violation', row_id, json_object('uid', CAST(uid AS text), 'exam_date', centre ->> 'exam_date'), NULL, head, centre
FROM violation_change
WHERE verdict = 'conflict';

-- The same two never meet twice.
UPDATE result_conflict
SET known_state = (SELECT known.state FROM sync_conflicts AS known
                   WHERE known.entity = result_conflict.entity AND known.row_id = result_conflict.row_id
                     AND known.head = result_conflict.head AND known.centre = result_conflict.centre
                   ORDER BY known.id DESC LIMIT 1);

-- The centre itself decided once more.
UPDATE sync_conflicts
SET state = 'superseded', closed_at = (SELECT now FROM result_pass)
WHERE state = 'open' AND instance = (SELECT instance FROM result_pass)
  AND EXISTS (SELECT 1 FROM result_conflict AS new
              WHERE new.entity = sync_conflicts.entity AND new.row_id = sync_conflicts.row_id
                AND new.centre <> sync_conflicts.centre);

-- It came back to what it had decided before.
UPDATE sync_conflicts
SET state = 'open', closed_at = NULL, seq = (SELECT seq FROM result_pass), instance = (SELECT instance FROM result_pass),
    package_id = (SELECT results_id FROM result_pass)
WHERE state = 'superseded'
  AND EXISTS (SELECT 1 FROM result_conflict AS new
              WHERE new.known_state = 'superseded' AND new.entity = sync_conflicts.entity
                AND new.row_id = sync_conflicts.row_id AND new.head = sync_conflicts.head
                AND new.centre = sync_conflicts.centre);

INSERT INTO sync_conflicts (hall_external_id, entity, key, row_id, instance, seq, base, head, centre, package_id, opened_at)
SELECT pass.hall, new.entity, new.key, new.row_id, pass.instance, pass.seq, new.base, new.head, new.centre, pass.results_id,
       pass.now
FROM result_conflict AS new
CROSS JOIN result_pass AS pass
WHERE new.known_state IS NULL
ORDER BY new.entity, new.row_id;

INSERT INTO audit_logs (run_id, action, entity_type, entity_id, old_value, new_value, metadata, created_at)
SELECT pass.run_id, 'conflict_opened', CASE c.entity WHEN 'participant' THEN 'attendance' ELSE c.entity END, c.row_id, c.head,
       c.centre, json_object('conflict', CAST(c.uid AS text), 'hall_external_id', c.hall_external_id), pass.now
FROM sync_conflicts AS c
JOIN result_pass AS pass ON pass.results_id = c.package_id
WHERE c.state = 'open';

-- The two came to the same by themselves.
UPDATE sync_conflicts
SET state = 'agreed', closed_at = (SELECT now FROM result_pass)
WHERE state = 'open' AND entity = 'participant' AND instance = (SELECT instance FROM result_pass)
  AND row_id IN (SELECT c.row_id
                 FROM result_change AS c
                 JOIN participants AS p ON p.id = c.row_id
                 WHERE c.verdict <> 'base_mismatch' AND c.marked = p.attendance_marked
                   AND c.status IS NOT DISTINCT FROM p.attendance_status);
