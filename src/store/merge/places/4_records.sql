-- Records of the feed that a person must hear of.

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

INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
SELECT 'warning', CASE s.kind WHEN 'hall' THEN 'exam_halls' ELSE 'hall_rooms' END, 'bad_optional_field',
       s.kind || ' ' || s.external_id || ': ' || s.notice,
       s.external_id,
       CASE s.kind WHEN 'hall' THEN 'data[' || s.position || ']'
                   ELSE coalesce('data[' || hall.position || '].rooms[' || s.position || ']',
                                 'data[' || s.position || ']') END,
       s.ordinal,
       coalesce(src_hall.changed OR src_hall.building_id IS NULL, src_room.changed OR src_room.room_id IS NULL),
       (1 = 0)
FROM stage_place AS s
LEFT JOIN stage_place AS hall ON hall.ordinal = s.parent AND hall.kind = 'hall'
LEFT JOIN src_hall ON src_hall.ordinal = s.ordinal
LEFT JOIN src_room ON src_room.ordinal = s.ordinal
WHERE s.verdict IS NULL AND s.notice IS NOT NULL;
