//! The table of all settings (contract §3): one row each, from which everything that names settings is made.

pub(super) mod alerts;
pub(super) mod centres;
pub(super) mod operation;
pub(super) mod pull;
pub(super) mod push;
pub(super) mod roster;

use super::setting::Row;

/// Rows that belong together, as the manual and the env file show them.
pub(crate) struct Section {
    /// What they have in common.
    pub title: &'static str,
    /// The rows, in the order of the manual.
    pub rows: &'static [&'static Row],
}

/// Every variable that is a setting, by section.
pub(crate) static SECTIONS: [Section; 7] = [
    Section {
        title: "Database, exam system and time zone",
        rows: &[
            &pull::DATABASE_URL.row,
            &pull::DATABASE_SCHEMA.row,
            &pull::API_URL.row,
            &pull::API_TOKEN.row,
            &pull::API_CA_FILE.row,
            &pull::TIMEZONE.row,
            &pull::TZ.row,
        ],
    },
    Section {
        title: "Limits of requests and passes",
        rows: &[
            &pull::TIMEOUT.row,
            &pull::DEADLINE.row,
            &pull::RETRY_ATTEMPTS.row,
            &pull::RETRY_DELAY.row,
            &pull::MAX_BODY.row,
            &pull::IGNORE_FIELDS.row,
            &pull::ALLOW_PLAINTEXT.row,
            &pull::MAX_DEACTIVATE_PERCENT.row,
            &pull::STAMP_INTERVAL.row,
        ],
    },
    Section {
        title: "Alerts",
        rows: &[
            &alerts::CHANGE_PERCENT.row,
            &alerts::SLOW_AFTER.row,
            &alerts::LATE_CHANGE_WITHIN.row,
            &alerts::LATE_CHANGE_PEOPLE.row,
            &alerts::ERROR_EMAIL.row,
            &alerts::SMTP_HOST.row,
            &alerts::SMTP_PORT.row,
            &alerts::SMTP_USER.row,
            &alerts::SMTP_PASSWORD.row,
            &alerts::SMTP_FROM.row,
            &alerts::SMTP_TLS.row,
            &alerts::WEBHOOK_URL.row,
            &alerts::WEBHOOK_SECRET.row,
            &alerts::WEBHOOK_FORMAT.row,
            &alerts::HEARTBEAT_URL.row,
        ],
    },
    Section {
        title: "Name, monitoring, retention and cron",
        rows: &[
            &operation::SITE.row,
            &operation::METRICS_FILE.row,
            &operation::FILE_GROUP.row,
            &operation::STALE_AFTER_HALLS.row,
            &operation::STALE_AFTER_PARTICIPANTS.row,
            &operation::LOG_RETENTION.row,
            &operation::HALLS_CRON.row,
            &operation::PARTICIPANTS_CRON.row,
        ],
    },
    Section {
        title: "Packages for centres without a network",
        rows: &[
            &centres::KEY_FILE.row,
            &centres::PEERS_FILE.row,
            &centres::FILES_DIR.row,
            &centres::MAX_FILE.row,
        ],
    },
    Section {
        title: "Rosters",
        rows: &[
            &roster::URL.row,
            &roster::USER.row,
            &roster::PASSWORD.row,
            &roster::LOGINS_FILE.row,
            &roster::INTERFACE.row,
            &roster::SOURCE_NAME.row,
            &roster::TLS.row,
            &roster::CA_FILE.row,
            &roster::TIMEZONE.row,
            &roster::SQL_DIR.row,
            &roster::ROLES.row,
            &roster::CREDENTIALS.row,
            &roster::STALE_AFTER.row,
        ],
    },
    Section {
        title: "Sending to others, and incoming events",
        rows: &[
            &push::API_PUSH.row,
            &push::PUSH_URL.row,
            &push::PUSH_SECRET.row,
            &push::PUSH_TIMEOUT.row,
            &push::PUSH_SIGNATURE.row,
            &push::EVENT_SECRET.row,
            &push::EVENT_TOLERANCE.row,
            &push::EVENT_SCHEME.row,
        ],
    },
];

/// Every setting, in the order of the manual.
pub(crate) fn rows() -> impl Iterator<Item = &'static Row> {
    SECTIONS.iter().flat_map(|section| section.rows.iter().copied())
}

/// Every variable that is read: the names of the settings, and of the files that hold a secret.
pub(super) fn variables() -> impl Iterator<Item = String> {
    rows().flat_map(|row| {
        let file = row.may_be_secret().then(|| format!("{}_FILE", row.name));
        std::iter::once(row.name.to_owned()).chain(file)
    })
}
