-- An older program would take a row without a validator for one that has some.
DELETE FROM validators WHERE body_sha256 IS NOT NULL AND etag IS NULL AND last_modified IS NULL;
ALTER TABLE validators DROP COLUMN rules;
ALTER TABLE validators DROP COLUMN body_sha256;
