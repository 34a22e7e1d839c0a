//! Identity counters that are behind their tables, as after a restore or a switch to a logical replica: the next row would
//! get an id that is there.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};

use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// A table whose counter is behind.
#[derive(Debug, QueryableByName)]
struct Counter {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = BigInt)]
    newest: i64,
}

/// Whether the counter of sync_logs is behind, as far as this role may look. Every pass inserts there, and what sets counters
/// back sets them all back; to look at all of them takes a small pass as long as its own work.
pub(in crate::store) fn is_log_behind(connection: &mut Connection) -> Result<bool, StoreError> {
    let Connection::Postgres(..) = connection else { return Ok(false) };
    let behind: Vec<bool> = connection.values(include_str!("postgres_log_counter.sql"), &[])?;
    Ok(behind.contains(&true))
}

/// The sentence for counters that are behind their newest rows, with the lines that set them right; none where all is well,
/// as far as this role may look.
pub(in crate::store) fn behind(connection: &mut Connection) -> Result<Option<String>, StoreError> {
    let Connection::Postgres(_, session) = connection else { return Ok(None) };
    let schema = session.home.schema.clone().unwrap_or_default();
    let behind: Vec<Counter> = connection.rows(include_str!("postgres_counters.sql"))?;
    if behind.is_empty() {
        return Ok(None);
    }
    let lines: Vec<String> = behind
        .iter()
        .map(|Counter { table_name, newest }| {
            format!("SELECT setval(pg_get_serial_sequence('\"{schema}\".{table_name}', 'id'), {newest});")
        })
        .collect();
    let tables: Vec<&str> = behind.iter().map(|counter| counter.table_name.as_str()).collect();
    Ok(Some(format!(
        "the identity counters of {} are behind their rows, as after a restore or a switch to a replica; run in psql: {}",
        tables.join(", "),
        lines.join(" ")
    )))
}
