INSERT INTO notice (severity, sync_type, code, message, external_key, entity, path, ordinal, news, notify)
SELECT CASE WHEN verdict IS NULL THEN 'warning' ELSE 'error' END, 'roster',
       coalesce(verdict, 'bad_optional_field'),
       '{noun}' || coalesce(' ' || sourced_id, '') || ': ' || coalesce(problem, notice), sourced_id, '{entity}', path,
       ordinal, (1 = 1), (1 = 0)
FROM stage_{entity}
WHERE (verdict IS NULL AND notice IS NOT NULL) OR verdict NOT IN ('repeated', 'stands_in')
