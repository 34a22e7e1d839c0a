-- Records of one kind with one key: the first one counts, one that repeats it is skipped, one that contradicts it is
-- errored.

-- Records are equal when what they would store is equal. The rooms of a hall are compared as rooms.
UPDATE stage_place
SET verdict = CASE WHEN pair.same THEN 'repeat' ELSE 'duplicate' END,
    problem = CASE WHEN pair.same THEN NULL
                   ELSE 'listed more than once with different content; the first one is kept' END
FROM (
    SELECT again.ordinal,
           (again.name = kept.name
            AND again.external_uid IS NOT DISTINCT FROM kept.external_uid
            AND again.address IS NOT DISTINCT FROM kept.address
            AND again.place_limit IS NOT DISTINCT FROM kept.place_limit
            AND again.region_id IS NOT DISTINCT FROM kept.region_id
            AND again.capacity IS NOT DISTINCT FROM kept.capacity
            AND again_hall.external_id IS NOT DISTINCT FROM kept_hall.external_id
            AND (again.says_active AND again.deleted_at IS NULL) = (kept.says_active AND kept.deleted_at IS NULL)
            AND again.deleted_at IS NOT DISTINCT FROM kept.deleted_at) AS same
    FROM twice
    JOIN stage_place AS kept ON kept.ordinal = twice.kept_ordinal
    JOIN stage_place AS again ON again.external_id = twice.external_id AND again.kind = twice.kind
    LEFT JOIN stage_place AS kept_hall ON kept_hall.ordinal = kept.parent
    LEFT JOIN stage_place AS again_hall ON again_hall.ordinal = again.parent
    WHERE again.ordinal > twice.kept_ordinal AND again.verdict IS NULL
) AS pair
WHERE stage_place.ordinal = pair.ordinal;

-- The rooms of a hall record that is left out are left out, too.
UPDATE stage_place
SET verdict = 'left_out'
FROM stage_place AS hall
WHERE stage_place.kind = 'room'
  AND hall.ordinal = stage_place.parent
  AND hall.kind = 'hall' AND hall.verdict = 'duplicate';
