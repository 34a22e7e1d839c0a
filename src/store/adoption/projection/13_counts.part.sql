SELECT count(*) FILTER (WHERE acts AND problem IS NULL AND is_new) AS created,
       count(*) FILTER (WHERE acts AND problem IS NULL AND NOT is_new) AS updated,
       count(*) FILTER (WHERE problem IS NOT NULL) AS left_out,
       coalesce(max(nth), 0) AS last
FROM project_{entity}
