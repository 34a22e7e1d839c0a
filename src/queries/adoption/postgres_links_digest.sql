-- A hash over which row there is which row of ours, and over what a person decided to be made.
SELECT encode(sha256(convert_to(coalesce(string_agg(
           concat_ws(chr(31), entity, external_id, coalesce(local_key, '-')),
           chr(29) ORDER BY entity, external_id), ''), 'UTF8')), 'hex') AS value
FROM adoption_links
WHERE local_key IS NOT NULL OR rule = 'new'
