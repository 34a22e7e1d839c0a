-- What a unique key would refuse, of the rows as they are when everything is written: who is there already stays, and
-- of two that come the one with the lower external id.
UPDATE project_{entity} AS n
SET problem = {sentence}
FROM (SELECT {tuple}, min(external_id) AS first_id
      FROM (SELECT CAST(0 AS bigint) AS external_id, {their_parts}
            FROM {table} AS t
            WHERE ({their_tuple}) IN (SELECT {tuple} FROM project_{entity} AS n
                                      WHERE n.acts AND n.problem IS NULL AND (n.is_new OR {n_differs}))
              AND CAST(t.{key} AS text) NOT IN
                  (SELECT m.local_key FROM project_{entity} AS m
                   WHERE m.acts AND m.problem IS NULL AND NOT m.is_new AND ({m_differs}))
            UNION ALL
            SELECT n.external_id, {tuple}
            FROM project_{entity} AS n
            WHERE n.acts AND n.problem IS NULL AND (n.is_new OR {n_differs})) AS final
      WHERE {all_there}
      GROUP BY {tuple}
      HAVING count(*) > 1) AS several
WHERE n.acts AND n.problem IS NULL AND (n.is_new OR {n_differs}) AND n.external_id > several.first_id
  AND {n_is_of}
