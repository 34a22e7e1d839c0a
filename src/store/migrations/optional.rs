//! Tables that only some commands need: one that another program made under such a name is left alone (contract §6).

use super::catalogue;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// A table, the migration that makes it unless there is one, and columns by which ours is known.
struct Optional {
    version: &'static str,
    table: &'static str,
    columns: [&'static str; 3],
}

const ALL: [Optional; 2] = [
    Optional { version: "0014", table: "violations", columns: ["severity", "happened_at", "recorded_by"] },
    Optional {
        version: "0014",
        table: "sync_conflicts",
        columns: ["hall_external_id", "centre", "resolution"],
    },
];

/// The tables of results of centres.
pub(crate) const OF_RESULTS: &[&str] = &["violations", "sync_conflicts"];

/// Ok when these tables are ours.
///
/// # Errors
/// [`StoreError::Setup`] with the name of the table that another program made; what the database said.
pub(crate) fn require(connection: &mut Connection, tables: &[&str]) -> Result<(), StoreError> {
    for optional in ALL.iter().filter(|optional| tables.contains(&optional.table)) {
        if !is_ours(connection, optional)? {
            return Err(foreign(optional.table));
        }
    }
    Ok(())
}

/// Whether all of these tables are ours.
///
/// # Errors
/// What the database said.
pub(crate) fn are_ours(connection: &mut Connection, tables: &[&str]) -> Result<bool, StoreError> {
    match require(connection, tables) {
        Ok(()) => Ok(true),
        Err(StoreError::Setup(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The error of a table that another program made under a name of ours.
pub(super) fn foreign(table: &str) -> StoreError {
    StoreError::Setup(format!(
        "the table {table} is not one that examsync made; use another database, or on PostgreSQL another schema, which \
         DATABASE_SCHEMA names"
    ))
}

/// Runs `revert`, which undoes `version`, so that a table of another program stays.
pub(super) fn keeping_foreign<T>(
    connection: &mut Connection,
    version: &str,
    revert: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut kept = Vec::new();
    for optional in ALL.iter().filter(|optional| optional.version == version) {
        if !is_ours(connection, optional)? {
            kept.push(optional.table);
        }
    }
    // Meanwhile, one that may be dropped takes its place.
    for table in &kept {
        connection.execute(&format!("ALTER TABLE {table} RENAME TO {table}_set_aside"))?;
        connection.execute(&format!("CREATE TABLE {table} (id integer)"))?;
    }
    let reverted = revert(connection)?;
    let schema = match connection {
        Connection::Postgres(..) => "our_schema.",
        Connection::Sqlite(_) => "",
    };
    for table in &kept {
        connection.execute(&format!("ALTER TABLE {schema}{table}_set_aside RENAME TO {table}"))?;
    }
    Ok(reverted)
}

fn is_ours(connection: &mut Connection, optional: &Optional) -> Result<bool, StoreError> {
    catalogue::has_columns(connection, optional.table, optional.columns)
}
