-- What is to be written, of c… (ours) and o… (theirs), and what keeps a row from it.
CREATE TEMP TABLE project_{entity} AS
SELECT q.*, false AS is_tangled{parked},
       row_number() OVER (ORDER BY q.external_id) AS nth
FROM (
    SELECT p.*,
           CASE WHEN p.is_held OR p.is_lost THEN false
                WHEN p.is_new THEN {makeable} AND NOT p.waits
                ELSE {differs} END AS acts,
           CASE WHEN p.is_held THEN
                    (SELECT 'it is held back, because rows there that are not linked may be the same ('
                            || string_agg(c.local_key, ', ' ORDER BY c.local_key)
                            || '); decide with migrate --adopt --links'
                     FROM adopt_candidate AS c WHERE c.entity = '{entity}' AND c.external_id = p.external_id)
                WHEN p.is_lost THEN 'its row there is gone'{forbidden} END AS problem
    FROM (
        SELECT o.*, o.local_key IS NULL AS is_new, o.local_key IS NOT NULL AND t.{key} IS NULL AS is_lost,
               coalesce(o.was_active <> o.active, false) AS writes_activity{values}
        FROM (
{ours}
        ) AS o
        LEFT JOIN {table} AS t ON t.{key} = CAST(o.local_key AS {key_type})
    ) AS p
) AS q
WHERE q.is_held OR q.is_lost OR q.acts
