-- The SHA-256 of the body itself, for servers that send no validators, and by which rules the answer was read (contract §7):
-- of other rules, or none, nothing that is kept counts.
ALTER TABLE validators ADD COLUMN body_sha256 text;
ALTER TABLE validators ADD COLUMN rules text;
