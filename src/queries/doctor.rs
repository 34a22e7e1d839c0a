//! What `doctor` asks of a PostgreSQL server: facts about it, and what this role may do (contract §10.3).

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde_json::{Value, json};

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::Moment;

/// What a server says of itself and of this connection.
#[derive(Debug, Clone, QueryableByName)]
pub(crate) struct Server {
    /// Its version, such as `15.18`.
    #[diesel(sql_type = Text)]
    pub version: String,
    /// The same as a number, such as 150018.
    #[diesel(sql_type = BigInt)]
    pub version_number: i64,
    /// The encoding of the database.
    #[diesel(sql_type = Text)]
    pub encoding: String,
    /// The language of its messages.
    #[diesel(sql_type = Text)]
    pub messages: String,
    /// Whether this role may choose that language.
    #[diesel(sql_type = Bool)]
    pub is_superuser: bool,
    /// Whether it is a standby.
    #[diesel(sql_type = Bool)]
    pub is_standby: bool,
    /// The version of TLS that the server's side of the connection has, if any.
    #[diesel(sql_type = Nullable<Text>)]
    pub tls: Option<String>,
    /// Whether it comes in through a socket of its machine.
    #[diesel(sql_type = Bool)]
    pub is_socket: bool,
    /// Whether it comes in over a network that does not leave its machine.
    #[diesel(sql_type = Bool)]
    pub is_loopback: bool,
    /// For how many milliseconds the process that serves this connection has been running.
    #[diesel(sql_type = BigInt)]
    pub backend_age_ms: i64,
    /// Its clock.
    #[diesel(sql_type = Moment)]
    pub now: DateTime<Utc>,
}

/// Reads it.
pub(crate) fn server(connection: &mut Connection) -> Result<Server, StoreError> {
    connection.row(
        "SELECT pg_catalog.current_setting('server_version') AS version,
                pg_catalog.current_setting('server_version_num')::bigint AS version_number,
                pg_catalog.getdatabaseencoding()::text AS encoding,
                pg_catalog.current_setting('lc_messages') AS messages,
                pg_catalog.current_setting('is_superuser') = 'on' AS is_superuser,
                pg_catalog.pg_is_in_recovery() AS is_standby,
                (SELECT s.version::text FROM pg_catalog.pg_stat_ssl AS s
                 WHERE s.pid = pg_catalog.pg_backend_pid() AND s.ssl) AS tls,
                pg_catalog.inet_server_addr() IS NULL AS is_socket,
                coalesce(pg_catalog.host(pg_catalog.inet_server_addr()) LIKE '127.%'
                         OR pg_catalog.host(pg_catalog.inet_server_addr()) = '::1', false) AS is_loopback,
                coalesce((SELECT CAST(1000 * extract(epoch FROM pg_catalog.clock_timestamp() - a.backend_start) AS bigint)
                          FROM pg_catalog.pg_stat_activity AS a
                          WHERE a.pid = pg_catalog.pg_backend_pid()), 0) AS backend_age_ms,
                pg_catalog.clock_timestamp() AS now",
        &[],
    )
}

/// The process that serves this connection at the moment.
pub(crate) fn backend(connection: &mut Connection) -> Result<i64, StoreError> {
    connection
        .row::<Backend>("SELECT pg_catalog.pg_backend_pid()::bigint AS pid", &[])
        .map(|backend| backend.pid)
}

#[derive(QueryableByName)]
struct Backend {
    #[diesel(sql_type = BigInt)]
    pid: i64,
}

/// A right that this role does not have.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct MissingRight {
    /// The table.
    #[diesel(sql_type = Text)]
    pub table_name: String,
    /// The right, such as `INSERT`.
    #[diesel(sql_type = Text)]
    pub right_name: String,
    /// Whether the role has it for some of the table's columns.
    #[diesel(sql_type = Bool)]
    pub has_part: bool,
}

/// Which of these rights, each a table and a name, this role does not have for the whole table.
pub(crate) fn missing_rights(
    connection: &mut Connection,
    needed: &[(&str, &str)],
) -> Result<Vec<MissingRight>, StoreError> {
    let needed: Value =
        needed.iter().map(|(table, right)| json!({ "table": table, "right": right })).collect();
    connection.rows_with(
        "SELECT asked.table_name, asked.right_name,
                CASE WHEN asked.right_name = 'DELETE' THEN false
                     ELSE pg_catalog.has_any_column_privilege(asked.id, asked.right_name) END AS has_part
         FROM (SELECT item.value ->> 'table' AS table_name, item.value ->> 'right' AS right_name,
                      pg_catalog.to_regclass(pg_catalog.quote_ident(our_schema()::text) || '.' || pg_catalog.quote_ident(item.value ->> 'table'))::oid AS id
               FROM pg_catalog.jsonb_array_elements($1) AS item) AS asked
         WHERE asked.id IS NOT NULL AND NOT pg_catalog.has_table_privilege(asked.id, asked.right_name)",
        &[&needed],
    )
}

/// The role as SQL writes it, and whether it may make temporary tables in this database.
#[derive(Debug, Clone, QueryableByName)]
pub(crate) struct Role {
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The database's name.
    #[diesel(sql_type = Text)]
    pub database: String,
    /// Whether it may.
    #[diesel(sql_type = Bool)]
    pub makes_temporary_tables: bool,
}

/// Reads it.
pub(crate) fn role(connection: &mut Connection) -> Result<Role, StoreError> {
    connection.row(
        "SELECT pg_catalog.quote_ident(current_user::text) AS name,
                pg_catalog.quote_ident(pg_catalog.current_database()::text) AS database,
                pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY')
                    AS makes_temporary_tables",
        &[],
    )
}

/// Those of these tables whose rows a policy may hide from this role.
pub(crate) fn under_policies(
    connection: &mut Connection,
    tables: &[&str],
) -> Result<Vec<String>, StoreError> {
    let tables: Value = tables.iter().map(|table| json!({ "name": table })).collect();
    connection.values(
        "SELECT item.value ->> 'name' AS value FROM pg_catalog.jsonb_array_elements($1) AS item
         WHERE pg_catalog.row_security_active(pg_catalog.to_regclass(pg_catalog.quote_ident(our_schema()::text) || '.' || pg_catalog.quote_ident(item.value ->> 'name'))::oid)",
        &[&tables],
    )
}

/// Makes sure that this server takes writes, without one: it locks no row.
///
/// # Errors
/// [`StoreError::Setup`] of a standby, and of a database or role that is set to be read-only.
pub(crate) fn require_writable(connection: &mut Connection) -> Result<(), StoreError> {
    connection.transaction(|connection| {
        connection.run("SELECT id FROM sync_logs LIMIT 0 FOR UPDATE", &[]).map(drop)
    })
}
