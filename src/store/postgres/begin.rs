//! What every transaction sets at its start, with `SET LOCAL`: a setting of the session would not arrive, or leak to
//! others, behind a pooler in transaction mode.

use std::time::Duration;

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Nullable, Text};

use super::PostgresLimits;

/// What the server knows, and lets this role set.
#[derive(QueryableByName)]
pub(super) struct Server {
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) transaction_timeout: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) connection_check: Option<String>,
    #[diesel(sql_type = Text)]
    pub(super) version: String,
    #[diesel(sql_type = Text)]
    pub(super) superuser: String,
    #[diesel(sql_type = Text)]
    pub(super) encoding: String,
    /// The schemas of the search path that are there, as JSON.
    #[diesel(sql_type = Text)]
    pub(super) path: String,
    /// Whether anybody made a function in this database that looks names up: in another language than 12 and 13, which are
    /// PostgreSQL's own and C.
    #[diesel(sql_type = Bool)]
    pub(super) has_functions: bool,
    /// The role of the session, as SQL writes it.
    #[diesel(sql_type = Text)]
    pub(super) role: String,
}

/// The settings but for the search path, as statements.
pub(super) fn begin_settings(server: &Server, limits: PostgresLimits) -> String {
    let mut settings = vec![
        format!("statement_timeout = {}", milliseconds(limits.statement_timeout)),
        format!("lock_timeout = {}", milliseconds(limits.lock_timeout)),
        "idle_in_transaction_session_timeout = 0".to_owned(),
        // A lock's transaction is idle while the feed is pulled: the server notices within a minute when its machine
        // is gone, and not after the two hours that are usual (tcp(7)).
        "tcp_keepalives_idle = 30".to_owned(),
        "tcp_keepalives_interval = 10".to_owned(),
        "tcp_keepalives_count = 3".to_owned(),
        // A policy that hides rows is an error, and not rows that seem to be missing.
        "row_security = off".to_owned(),
        "TimeZone = 'UTC'".to_owned(),
        "DateStyle = 'ISO, YMD'".to_owned(),
        "standard_conforming_strings = on".to_owned(),
    ];
    // 14 and later, and only where the server's system supports it.
    let checks_connections = server.connection_check.is_some() && server.version.contains("linux");
    let more = [
        (server.transaction_timeout.is_some(), "transaction_timeout = 0"),
        (checks_connections, "client_connection_check_interval = '1s'"),
        (server.superuser == "on", "lc_messages = 'C'"),
    ];
    settings.extend(more.into_iter().filter(|(known, _)| *known).map(|(_, setting)| setting.to_owned()));
    settings.iter().map(|setting| format!("SET LOCAL {setting};")).collect()
}

/// As PostgreSQL takes a time limit: it ends at 24 days, and 0 is none.
fn milliseconds(limit: Duration) -> u128 {
    let least = u128::from(!limit.is_zero());
    limit.as_millis().clamp(least, i32::MAX as u128)
}
