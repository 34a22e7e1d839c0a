ALTER TABLE alerts
    DROP COLUMN summary, DROP COLUMN failing_since, DROP COLUMN reported, DROP COLUMN urgent, DROP COLUMN recovery_due,
    DROP COLUMN changed_by, DROP COLUMN changed_at, DROP COLUMN closes_at;
