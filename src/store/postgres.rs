//! Opens a connection to PostgreSQL so that it works behind a pooler, too, and never hangs for ever.

mod url;

use std::time::Duration;

use diesel::connection::CacheSize;
use diesel::pg::PgConnection;
use diesel::sql_types::{Bool, Text};
use diesel::{Connection as _, QueryableByName, RunQueryDsl};
use secrecy::{ExposeSecret, SecretString};

use super::error::StoreError;

/// How long PostgreSQL may take.
#[derive(Debug, Clone, Copy)]
pub struct PostgresLimits {
    /// For connecting to one host.
    pub connect_timeout: Duration,
    /// For one statement; zero is no limit.
    pub statement_timeout: Duration,
    /// The limit for waiting for a foreign lock; zero is none.
    pub lock_timeout: Duration,
}

/// What every transaction sets at its start, with `SET LOCAL`: a setting of the session would not arrive,
/// or leak to others, behind a pooler in transaction mode.
#[derive(Debug, Clone)]
pub struct BeginSettings(String);

impl BeginSettings {
    /// The statements, to be run right after `BEGIN`.
    pub fn sql(&self) -> &str {
        &self.0
    }
}

/// Connects to PostgreSQL.
///
/// # Errors
/// [`StoreError::Setup`] for a URL that libpq can't read or a database that is not there, and what else
/// keeps it from connecting.
pub fn connect(
    url: &SecretString,
    limits: PostgresLimits,
) -> Result<(PgConnection, BeginSettings), StoreError> {
    let url = url::with_parameters(url.expose_secret(), limits.connect_timeout, url::system_roots())?;
    let mut connection = PgConnection::establish(&url)?;
    // A named prepared statement does not follow us to the next server connection of a pooler.
    connection.set_prepared_statement_cache_size(CacheSize::Disabled);
    let settings = begin_settings(&mut connection, limits)?;
    Ok((connection, settings))
}

/// What the server knows, and lets this role set.
#[derive(QueryableByName)]
struct Server {
    #[diesel(sql_type = Bool)]
    limits_transactions: bool,
    #[diesel(sql_type = Bool)]
    checks_connections: bool,
    #[diesel(sql_type = Bool)]
    lets_set_messages: bool,
    /// Whether the search path has several schemas that are there.
    #[diesel(sql_type = Bool)]
    has_several_schemas: bool,
}

/// See [`later_schema`].
#[derive(QueryableByName)]
struct SearchPath {
    #[diesel(sql_type = Text)]
    search_path: String,
}

/// As PostgreSQL takes a time limit: it ends at 24 days, and 0 is none.
fn milliseconds(limit: Duration) -> u128 {
    let least = u128::from(!limit.is_zero());
    limit.as_millis().clamp(least, i32::MAX as u128)
}

fn begin_settings(
    connection: &mut PgConnection,
    limits: PostgresLimits,
) -> Result<BeginSettings, StoreError> {
    // Asked, because trying would leave an error in the server's log at every run; and not of pg_settings or
    // pg_roles, views that take milliseconds to read.
    // client_connection_check_interval: 14 and later, and only where the server's system supports it.
    let server: Server = diesel::sql_query(
        "SELECT current_setting('transaction_timeout', true) IS NOT NULL AS limits_transactions,
                current_setting('client_connection_check_interval', true) IS NOT NULL AND version() LIKE '%linux%'
                    AS checks_connections,
                current_setting('is_superuser') = 'on' AS lets_set_messages,
                cardinality(current_schemas(false)) > 1 AS has_several_schemas",
    )
    .get_result(connection)?;
    let search_path = if server.has_several_schemas { later_schema(connection)? } else { None };
    let mut settings = vec![
        format!("statement_timeout = {}", milliseconds(limits.statement_timeout)),
        format!("lock_timeout = {}", milliseconds(limits.lock_timeout)),
        "idle_in_transaction_session_timeout = 0".to_owned(),
        // A lock's transaction is idle while the feed is pulled: the server notices within a minute when its machine
        // is gone, and not after the two hours that are usual (tcp(7)).
        "tcp_keepalives_idle = 30".to_owned(),
        "tcp_keepalives_interval = 10".to_owned(),
        "tcp_keepalives_count = 3".to_owned(),
        "TimeZone = 'UTC'".to_owned(),
        "DateStyle = 'ISO, YMD'".to_owned(),
        "standard_conforming_strings = on".to_owned(),
    ];
    let more = [
        (server.limits_transactions, "transaction_timeout = 0"),
        (server.checks_connections, "client_connection_check_interval = '1s'"),
        (server.lets_set_messages, "lc_messages = 'C'"),
    ];
    settings.extend(search_path.map(|path| format!("search_path = {path}")));
    settings.extend(more.into_iter().filter(|(known, _)| *known).map(|(_, setting)| setting.to_owned()));
    Ok(BeginSettings(settings.iter().map(|setting| format!("SET LOCAL {setting};")).collect()))
}

/// The search path, where the first schema on it is not the one that holds our tables: that one before the others.
fn later_schema(connection: &mut PgConnection) -> Result<Option<String>, StoreError> {
    let found: Vec<SearchPath> = diesel::sql_query(
        "SELECT quote_ident(n.nspname) || ', ' || current_setting('search_path') AS search_path
         FROM unnest(current_schemas(false)) WITH ORDINALITY AS path (name, position)
         JOIN pg_catalog.pg_namespace AS n ON n.nspname = path.name
         WHERE (SELECT count(*) FROM pg_catalog.pg_class AS c
                WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
                  AND c.relname IN ('__diesel_schema_migrations', 'buildings', 'sync_logs', 'audit_logs')) = 4
           AND position > 1
         ORDER BY position LIMIT 1",
    )
    .load(connection)?;
    Ok(found.into_iter().next().map(|found| found.search_path))
}
