-- The log of a year has 100,000 rows and more. A date's own are found by their date, and those of passes under way
-- by that: nobody reads all of them before a pass.
CREATE INDEX sync_logs_exam_date ON sync_logs ((metadata ->> 'exam_date'), started_at);
CREATE INDEX sync_logs_in_progress ON sync_logs (sync_type) WHERE status = 'in_progress';
