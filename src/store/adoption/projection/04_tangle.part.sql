-- Rows that take what another row only gives up in the same pass: the key is checked as each row is written, so that the
-- one in the way is parked on an interim value first.
WITH pair AS (
    SELECT n.external_id AS blocker, m.external_id AS waiting
    FROM project_{entity} AS n
    JOIN project_{entity} AS m ON {m_takes} AND m.external_id <> n.external_id
    WHERE n.acts AND n.problem IS NULL AND NOT n.is_new AND ({n_differs})
      AND m.acts AND m.problem IS NULL AND NOT m.is_new AND ({m_differs})
)
UPDATE project_{entity} AS n
SET is_tangled = true, nth = 0, {parked} = n.{parked} OR n.external_id IN (SELECT blocker FROM pair),
    problem = CASE WHEN {takes_interim} THEN n.problem ELSE {sentence} END
WHERE n.external_id IN (SELECT blocker FROM pair UNION SELECT waiting FROM pair)
