//! The columns that our tables have now, and what else of the database needs them, read from its catalogue.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Text};

use super::constraints::IDS;
use super::{column, ours};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// A column that a table of one of our names has now.
#[derive(Debug, QueryableByName)]
pub(super) struct FoundColumn {
    #[diesel(sql_type = Text)]
    pub(super) table_name: String,
    #[diesel(sql_type = Text)]
    pub(super) column_name: String,
    #[diesel(sql_type = Text)]
    pub(super) type_name: String,
    #[diesel(sql_type = Bool)]
    not_null: bool,
    /// Whether a new row that does not name it may have a value there: by a default, as an identity, or by a trigger.
    #[diesel(sql_type = Bool)]
    filled_by_itself: bool,
}

/// The tables that passes of every kind write.
const OF_EVERY_PASS: [&str; 7] =
    ["sync_logs", "audit_logs", "notifications", "alert_scopes", "alerts", "outbox", "validators"];

/// The columns of our tables that are gone, each with its type, those for ids that have another type, and the tables that
/// are gone.
///
/// # Errors
/// What the database said.
pub(in crate::store) fn missing(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let found = columns(connection)?;
    // SQLite's types are of values, not of columns.
    let of_ids = matches!(connection, Connection::Postgres(..));
    let mut missing = Vec::new();
    for table in &ours::TABLES {
        let mut of_table = found.iter().filter(|found| found.table_name == table.name).peekable();
        if of_table.peek().is_none() {
            missing.push(format!("table {}", table.name));
            continue;
        }
        let found: Vec<&FoundColumn> = of_table.collect();
        for ours in table.columns.iter().filter(|ours| ours.used) {
            let (name, made) = (ours.name, ours.type_name);
            match found.iter().find(|found| found.column_name == name) {
                None => missing.push(format!("column {}.{name} ({made})", table.name)),
                Some(FoundColumn { type_name: now, .. }) if of_ids && now != made && IDS.contains(&name) => {
                    missing.push(format!("column {}.{name} ({made}; it is {now})", table.name));
                }
                Some(_) => {}
            }
        }
    }
    Ok(missing)
}

/// Ok when a pass that inserts into these tables can fill every column that has to be filled.
///
/// # Errors
/// [`StoreError::Setup`] that names another program's columns; what the database said.
pub(crate) fn require_fillable(connection: &mut Connection, tables: &[&str]) -> Result<(), StoreError> {
    let unfilled: Vec<String> = columns(connection)?
        .into_iter()
        .filter(|found| found.not_null && !found.filled_by_itself)
        .filter(|found| {
            let name = found.table_name.as_str();
            tables.contains(&name) || OF_EVERY_PASS.contains(&name)
        })
        .filter(|found| column(&found.table_name, &found.column_name).is_none())
        .map(|found| format!("{}.{}", found.table_name, found.column_name))
        .collect();
    if unfilled.is_empty() {
        return Ok(());
    }
    Err(StoreError::Setup(format!(
        "another program added columns that have to be filled, and that examsync does not know: {}; give each a \
         default, or let it be null",
        unfilled.join(", ")
    )))
}

/// All columns of the tables and views that have our names.
pub(super) fn columns(connection: &mut Connection) -> Result<Vec<FoundColumn>, StoreError> {
    connection.rows(match connection {
        Connection::Postgres(..) => include_str!("postgres_columns.sql"),
        Connection::Sqlite(_) => include_str!("sqlite_columns.sql"),
    })
}

/// Views and foreign keys of other programs on our tables.
#[derive(Debug, QueryableByName)]
struct Dependent {
    /// As a person calls it, such as `view seats`.
    #[diesel(sql_type = Text)]
    label: String,
    /// The table that it needs.
    #[diesel(sql_type = Text)]
    table_name: String,
    /// The column that it needs; empty where it needs the table.
    #[diesel(sql_type = Text)]
    column_name: String,
}

/// What of other programs needs the table or column that this message is about, by name; empty where that is not known.
///
/// # Errors
/// What the database said.
pub(crate) fn dependents(connection: &mut Connection, message: &str) -> Result<Vec<String>, StoreError> {
    let all: Vec<Dependent> = connection.rows(match connection {
        Connection::Postgres(..) => include_str!("postgres_dependents.sql"),
        Connection::Sqlite(_) => include_str!("sqlite_dependents.sql"),
    })?;
    let words: Vec<&str> = message.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let is_meant = |one: &&Dependent| {
        words.contains(&one.table_name.as_str())
            && (one.column_name.is_empty() || words.contains(&one.column_name.as_str()))
    };
    let mut meant: Vec<String> = all.iter().filter(is_meant).map(|one| one.label.clone()).collect();
    if meant.is_empty() {
        meant = all.into_iter().map(|one| one.label).collect();
    }
    meant.sort();
    meant.dedup();
    Ok(meant)
}
