DROP TABLE outbox;
DROP TABLE alerts;
DROP TABLE alert_scopes;
