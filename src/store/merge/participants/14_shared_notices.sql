-- Rooms that more than one entry counts people of, once per change.

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', 'participants', 'shared_room',
       'room ' || r.external_id || ' (' || isolated(r.name) || ') at ' || shared.start_time || ' is shared: '
       || shared.entries || ' entries have ' || shared.people || ' people together'
       || coalesce(' (' || isolated(shared.exam_title) || ')', ''),
       r.external_id, NULL, shared.first_ordinal, (1 = 1), (1 = 0)
FROM shared
JOIN src ON src.ordinal = shared.first_ordinal AND src.verdict IS NULL AND (src.target_id IS NULL OR src.changed)
JOIN rooms AS r ON r.id = shared.room_id;
