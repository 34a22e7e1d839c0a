DROP INDEX sync_logs_in_progress;
DROP INDEX sync_logs_exam_date;
