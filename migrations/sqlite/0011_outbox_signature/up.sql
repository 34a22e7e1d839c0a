-- Says that examsync wrote the row: an HMAC under a key that only the settings hold (contract §15.5). It is null where they
-- hold none.
ALTER TABLE outbox ADD COLUMN signature text;
