-- The records of the feed that are to be reported.

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'error', CASE s.kind WHEN 'hall' THEN 'exam_halls' ELSE 'hall_rooms' END, s.verdict,
       s.kind || coalesce(' ' || s.external_id, '') || ': ' || s.problem,
       s.external_id,
       CASE s.kind WHEN 'hall' THEN 'data[' || s.position || ']'
                   ELSE coalesce('data[' || hall.position || '].rooms[' || s.position || ']',
                                 'data[' || nullif(s.position, -1) || ']') END,
       s.ordinal, (1 = 1), (1 = 0)
FROM stage_place AS s
LEFT JOIN stage_place AS hall ON hall.ordinal = s.parent AND hall.kind = 'hall'
WHERE s.verdict IN ('bad_record', 'duplicate');

-- Only halls have optional fields.
INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', 'exam_halls', 'bad_optional_field',
       'hall ' || s.external_id || ': ' || s.notice,
       s.external_id, 'data[' || s.position || ']', s.ordinal,
       coalesce(src_hall.changed OR src_hall.building_id IS NULL, (1 = 0)), (1 = 0)
FROM stage_place AS s
LEFT JOIN src_hall ON src_hall.ordinal = s.ordinal
WHERE s.kind = 'hall' AND s.verdict IS NULL AND s.notice IS NOT NULL;

-- Rooms whose seats are unknown, once: when they are new, or were known before.
INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', 'hall_rooms', 'capacity_unknown',
       'room ' || room.external_id || ' (' || isolated(room.name) || ', ' || isolated(room.hall_name)
       || ') has no capacity in the feed: it is never judged as full',
       room.external_id,
       coalesce('data[' || hall.position || '].rooms[' || s.position || ']', 'data[' || s.position || ']'),
       room.ordinal, (1 = 1), (1 = 0)
FROM src_room AS room
JOIN stage_place AS s ON s.ordinal = room.ordinal
LEFT JOIN stage_place AS hall ON hall.ordinal = s.parent AND hall.kind = 'hall'
WHERE room.capacity IS NULL AND (room.room_id IS NULL OR room.old_capacity IS NOT NULL);
