-- What several dates or commands fail of is one alert (contract §8). Its rows stay one per date or command and kind;
-- which of them a message named, and which changes are yet to be reported, stands here.
ALTER TABLE alerts ADD COLUMN summary text; -- the title without what it is about; null of older rows
ALTER TABLE alerts ADD COLUMN failing_since text; -- the first of the failures in a row
ALTER TABLE alerts ADD COLUMN reported integer NOT NULL DEFAULT 1; -- whether a message named this row
ALTER TABLE alerts ADD COLUMN urgent integer NOT NULL DEFAULT 0; -- whether an exam started within 24 h
ALTER TABLE alerts ADD COLUMN recovery_due integer NOT NULL DEFAULT 0; -- closed, and its recovery is yet to be reported
ALTER TABLE alerts ADD COLUMN changed_by text; -- the run that changed it and has not looked yet whether to report that
ALTER TABLE alerts ADD COLUMN changed_at text;
ALTER TABLE alerts ADD COLUMN closes_at text; -- when it closes by itself
