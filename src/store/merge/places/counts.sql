SELECT 'exam_halls' AS sync_type,
       (SELECT count(*) FROM src_hall WHERE building_id IS NULL) AS created,
       (SELECT count(*) FROM src_hall WHERE changed) AS updated,
       (SELECT count(*) FROM src_hall WHERE building_id IS NOT NULL AND NOT changed) AS unchanged,
       (SELECT count(*) FROM going WHERE kind = 'hall') AS deleted,
       (SELECT count(*) FROM stage_place WHERE kind = 'hall' AND verdict IN ('bad_record', 'duplicate')) AS errored,
       (SELECT count(*) FROM stage_place WHERE kind = 'hall' AND verdict = 'bad_record') AS bad
UNION ALL
SELECT 'hall_rooms',
       (SELECT count(*) FROM src_room WHERE room_id IS NULL),
       (SELECT count(*) FROM src_room WHERE changed),
       (SELECT count(*) FROM src_room WHERE room_id IS NOT NULL AND NOT changed),
       (SELECT count(*) FROM going WHERE kind = 'room'),
       (SELECT count(*) FROM stage_place WHERE kind = 'room' AND verdict IN ('bad_record', 'duplicate')),
       (SELECT count(*) FROM stage_place WHERE kind = 'room' AND verdict = 'bad_record')
