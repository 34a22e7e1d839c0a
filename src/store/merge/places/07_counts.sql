SELECT 'exam_halls' AS sync_type, src.created, src.updated, src.unchanged,
       src.going + (SELECT count(*) FROM gone_hall) AS deleted,
       staged.errored, staged.bad, staged.noticed
FROM (SELECT count(CASE WHEN building_id IS NULL THEN 1 END) AS created,
             count(CASE WHEN changed THEN 1 END) AS updated,
             count(CASE WHEN building_id IS NOT NULL AND NOT changed THEN 1 END) AS unchanged,
             count(CASE WHEN was_active AND NOT is_active THEN 1 END) AS going
      FROM src_hall) AS src,
     (SELECT count(CASE WHEN verdict IN ('bad_record', 'duplicate') THEN 1 END) AS errored,
             count(CASE WHEN verdict IN ('bad_record', 'duplicate') THEN 1 END) AS bad,
             count(CASE WHEN verdict IS NULL AND notice IS NOT NULL THEN 1 END) AS noticed
      FROM stage_place WHERE kind = 'hall' AND (verdict IS NOT NULL OR notice IS NOT NULL)) AS staged
UNION ALL
SELECT 'hall_rooms', src.created + (SELECT plain FROM weighed), src.updated,
       src.unchanged + (SELECT alike FROM weighed),
       src.going + (SELECT count(*) FROM gone_room),
       staged.errored, staged.bad, staged.noticed + src.newly_unknown
FROM (SELECT count(CASE WHEN room_id IS NULL THEN 1 END) AS created,
             count(CASE WHEN changed THEN 1 END) AS updated,
             count(CASE WHEN room_id IS NOT NULL AND NOT changed THEN 1 END) AS unchanged,
             count(CASE WHEN was_active AND NOT is_active THEN 1 END) AS going,
             count(CASE WHEN capacity IS NULL AND (room_id IS NULL OR old_capacity IS NOT NULL) THEN 1 END)
                 AS newly_unknown
      FROM src_room) AS src,
     (SELECT count(CASE WHEN verdict IN ('bad_record', 'duplicate') THEN 1 END) AS errored,
             count(CASE WHEN verdict IN ('bad_record', 'duplicate') THEN 1 END) AS bad,
             count(CASE WHEN verdict IS NULL AND notice IS NOT NULL THEN 1 END) AS noticed
      FROM stage_place WHERE kind = 'room' AND (verdict IS NOT NULL OR notice IS NOT NULL)) AS staged
ORDER BY sync_type
