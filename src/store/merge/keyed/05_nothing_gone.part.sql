CREATE TEMP TABLE gone_{entity} (id bigint, sourced_id text)
