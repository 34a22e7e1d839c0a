-- The keys of new rows, and a sample of what was compared that is enough to plan with.
CREATE TEMP TABLE project_keys_{entity} (external_id bigint NOT NULL, made_key text);
SET LOCAL default_statistics_target = 10;
ANALYZE project_{entity};
SET LOCAL default_statistics_target = DEFAULT
