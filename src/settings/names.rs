//! The names of all settings (contract §3).

/// Every variable that is a setting, `TZ` included.
pub(super) const NAMES: [&str; 32] = [
    "DATABASE_URL",
    "EXTERNAL_HALL_API_URL",
    "EXTERNAL_HALL_API_TOKEN",
    "EXTERNAL_HALL_API_CA_FILE",
    "SYNC_TIMEZONE",
    "TZ",
    "SYNC_TIMEOUT",
    "SYNC_DEADLINE",
    "SYNC_RETRY_ATTEMPTS",
    "SYNC_RETRY_DELAY",
    "SYNC_MAX_BODY",
    "SYNC_MAX_DEACTIVATE_PERCENT",
    "SYNC_STAMP_INTERVAL",
    "SYNC_ALERT_CHANGE_PERCENT",
    "SYNC_SLOW_AFTER",
    "SYNC_ERROR_EMAIL",
    "SMTP_HOST",
    "SMTP_PORT",
    "SMTP_USER",
    "SMTP_PASSWORD",
    "SMTP_FROM",
    "SMTP_TLS",
    "SYNC_WEBHOOK_URL",
    "SYNC_WEBHOOK_SECRET",
    "SYNC_WEBHOOK_FORMAT",
    "SYNC_HEARTBEAT_URL",
    "SYNC_METRICS_FILE",
    "SYNC_STALE_AFTER_HALLS",
    "SYNC_STALE_AFTER_PARTICIPANTS",
    "SYNC_LOG_RETENTION",
    "SYNC_HALLS_CRON",
    "SYNC_PARTICIPANTS_CRON",
];

/// The settings that are secrets: each may come as `X_FILE` too. `DATABASE_URL` is one when it holds a password.
pub(super) const SECRETS: [&str; 6] = [
    "DATABASE_URL",
    "EXTERNAL_HALL_API_TOKEN",
    "SMTP_PASSWORD",
    "SYNC_WEBHOOK_URL",
    "SYNC_WEBHOOK_SECRET",
    "SYNC_HEARTBEAT_URL",
];
