SELECT coalesce(max(t.{column}) > now() - interval '7 days', false) AS value
FROM {table} AS t
