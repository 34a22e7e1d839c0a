//! What is in the database, read from its catalogue.

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::migrations::files::APPLIED;

/// The version of the first migration: without it, tables of our names belong to another program.
const FIRST: &str = "0001";

/// The names that the migrations make, those of contract §6 first.
const OURS: [&str; 12] = [
    "buildings",
    "rooms",
    "participants",
    "sync_logs",
    "audit_logs",
    "notifications",
    "exam_schedules",
    "alert_scopes",
    "alerts",
    "outbox",
    "validators",
    "prints",
];

/// The versions of our migrations that are applied, oldest first, and the tables and views that have our names,
/// whoever made them.
pub(super) fn applied_and_ours(
    connection: &mut Connection,
) -> Result<(Vec<String>, Vec<String>), StoreError> {
    let mut found = relations(connection, false)?;
    let applied = if found.iter().any(|name| name == APPLIED) { versions(connection)? } else { Vec::new() };
    found.retain(|name| OURS.contains(&name.as_str()));
    Ok((applied, found))
}

/// The versions of our migrations that are applied, oldest first.
pub(super) fn applied(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    Ok(applied_and_ours(connection)?.0)
}

fn versions(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let mut versions: Vec<String> =
        connection.values("SELECT version AS value FROM __diesel_schema_migrations ORDER BY version", &[])?;
    versions.retain(|version| is_ours(version));
    Ok(if versions.iter().any(|version| version == FIRST) { versions } else { Vec::new() })
}

/// Our versions are four digits; those that diesel's tool makes for other programs are dates.
fn is_ours(version: &str) -> bool {
    version.len() == 4 && version.bytes().all(|byte| byte.is_ascii_digit())
}

/// All tables but diesel's own.
pub(super) fn tables(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let mut tables = relations(connection, true)?;
    tables.retain(|name| name != APPLIED);
    Ok(tables)
}

/// Whether a table, named by this catalogue, holds any row.
pub(super) fn holds_rows(connection: &mut Connection, table: &str) -> Result<bool, StoreError> {
    let quoted = table.replace('"', "\"\"");
    let schema = match connection {
        Connection::Postgres(..) => "our_schema.",
        Connection::Sqlite(_) => "",
    };
    connection.any(&format!("{schema}\"{quoted}\""), &[])
}

/// Whether a table has these columns.
pub(super) fn has_columns(
    connection: &mut Connection,
    table: &str,
    [first, second, third]: [&str; 3],
) -> Result<bool, StoreError> {
    let sql = match connection {
        Connection::Postgres(..) => {
            "SELECT count(*) = 3 AS value
             FROM pg_catalog.pg_attribute AS a
             JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
             JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = our_schema()
             WHERE c.relname = $1 AND NOT a.attisdropped AND a.attname IN ($2, $3, $4)"
        }
        Connection::Sqlite(_) => {
            "SELECT count(*) = 3 AS value FROM pragma_table_info($1) WHERE name IN ($2, $3, $4)"
        }
    };
    Ok(connection.values::<bool>(sql, &[&table, &first, &second, &third])?.contains(&true))
}

/// The tables, and unless `only_tables` the views, of the schema that holds our tables, or that new ones would go to.
pub(super) fn relations(connection: &mut Connection, only_tables: bool) -> Result<Vec<String>, StoreError> {
    let sql = match connection {
        Connection::Postgres(..) => {
            "SELECT relname::text AS value FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
             WHERE nspname = our_schema()
               AND (relkind IN ('r', 'p') OR (relkind IN ('v', 'm', 'f') AND NOT $1)) ORDER BY relname"
        }
        // SQLite takes Rooms and rooms for the same name.
        Connection::Sqlite(_) => {
            "SELECT lower(name) AS value FROM sqlite_schema
             WHERE type = 'table' OR (type = 'view' AND NOT $1) ORDER BY value"
        }
    };
    connection.values(sql, &[&only_tables])
}
