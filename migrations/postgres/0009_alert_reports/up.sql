-- What several dates or commands fail of is one alert (contract §8). Its rows stay one per date or command and kind;
-- which of them a message named, and which changes are yet to be reported, stands here.
ALTER TABLE alerts
    ADD COLUMN summary text,             -- the title without what it is about; null of older rows
    ADD COLUMN failing_since timestamptz, -- the first of the failures in a row
    ADD COLUMN reported boolean NOT NULL DEFAULT true, -- whether a message named this row
    ADD COLUMN urgent boolean NOT NULL DEFAULT false, -- whether an exam started within 24 h
    ADD COLUMN recovery_due boolean NOT NULL DEFAULT false, -- closed, and its recovery is yet to be reported
    ADD COLUMN changed_by uuid,          -- the run that changed it and has not looked yet whether to report that
    ADD COLUMN changed_at timestamptz,
    ADD COLUMN closes_at timestamptz;    -- when it closes by itself
