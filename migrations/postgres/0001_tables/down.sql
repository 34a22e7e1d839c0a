DROP VIEW exam_schedules;
DROP TABLE notifications;
DROP TABLE audit_logs;
DROP TABLE sync_logs;
DROP TABLE participants;
DROP TABLE rooms;
DROP TABLE buildings;
