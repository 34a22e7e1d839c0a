ALTER TABLE outbox DROP COLUMN signature;
