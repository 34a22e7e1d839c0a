-- The run whose message named an alert first: mails about its repeats and its recovery refer to that message (contract
-- §8). It is null of rows of older versions.
ALTER TABLE alerts ADD COLUMN run_id text;
