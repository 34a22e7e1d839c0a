SELECT $1::bigint AS taken,
       $2::bigint + (SELECT count(*) FROM violation_change WHERE verdict IN ('known', 'conflict')) AS unchanged,
       (SELECT count(*) FROM violation_change WHERE verdict = 'new') AS violations,
       (SELECT count(*) FROM result_left_out) AS left_out,
       (SELECT count(*) FROM result_conflict WHERE known_state IS NULL OR known_state = 'superseded') AS conflicts
