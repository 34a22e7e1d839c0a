ALTER TABLE alerts DROP COLUMN closes_at;
ALTER TABLE alerts DROP COLUMN changed_at;
ALTER TABLE alerts DROP COLUMN changed_by;
ALTER TABLE alerts DROP COLUMN recovery_due;
ALTER TABLE alerts DROP COLUMN urgent;
ALTER TABLE alerts DROP COLUMN reported;
ALTER TABLE alerts DROP COLUMN failing_since;
ALTER TABLE alerts DROP COLUMN summary;
