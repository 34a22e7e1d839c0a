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

/// The columns that tables and views of our names have now.
pub(in crate::store) struct Found {
    pub(super) columns: Vec<FoundColumn>,
    /// Whether a column has a type that its values must have; SQLite's types are of values.
    has_types: bool,
}

impl Found {
    /// Reads them.
    pub(in crate::store) fn read(connection: &mut Connection) -> Result<Self, StoreError> {
        Ok(Self { columns: columns(connection)?, has_types: matches!(connection, Connection::Postgres(..)) })
    }

    /// The columns of ours that are gone, each with its type, those for ids that have another type, and the tables that
    /// are gone.
    pub(in crate::store) fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        for table in &ours::TABLES {
            let found: Vec<&FoundColumn> =
                self.columns.iter().filter(|found| found.table_name == table.name).collect();
            if found.is_empty() {
                missing.push(format!("table {}", table.name));
                continue;
            }
            for ours in table.columns.iter().filter(|ours| ours.used) {
                let (name, made) = (ours.name, ours.type_name);
                let column = format!("column {}.{name} ({made}", table.name);
                match found.iter().find(|found| found.column_name == name) {
                    None => missing.push(format!("{column})")),
                    Some(found) if self.has_types && found.type_name != made && IDS.contains(&name) => {
                        missing.push(format!("{column}; it is {})", found.type_name));
                    }
                    Some(_) => {}
                }
            }
        }
        missing
    }

    /// The columns of another program that a pass which inserts into these tables has to fill, and can't.
    pub(in crate::store) fn unfillable(&self, tables: &[&str]) -> Vec<String> {
        // What only looks fills nothing.
        let is_written =
            |table: &str| tables.contains(&table) || (!tables.is_empty() && OF_EVERY_PASS.contains(&table));
        self.columns
            .iter()
            .filter(|found| found.not_null && !found.filled_by_itself && is_written(&found.table_name))
            .filter(|found| column(&found.table_name, &found.column_name).is_none())
            .map(|found| format!("{}.{}", found.table_name, found.column_name))
            .collect()
    }
}

/// All columns of the tables and views that have our names.
fn columns(connection: &mut Connection) -> Result<Vec<FoundColumn>, StoreError> {
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
pub(in crate::store) fn dependents(
    connection: &mut Connection,
    message: &str,
) -> Result<Vec<String>, StoreError> {
    let all: Vec<Dependent> = connection.rows(match connection {
        Connection::Postgres(..) => include_str!("postgres_dependents.sql"),
        Connection::Sqlite(_) => {
            concat!(include_str!("sqlite_dependents.part.sql"), include_str!("sqlite_foreign_keys.part.sql"))
        }
    })?;
    let words: Vec<&str> = message.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let is_meant = |one: &&Dependent| {
        words.contains(&one.table_name.as_str())
            && (one.column_name.is_empty()
                || message.contains("drop table ")
                || words.contains(&one.column_name.as_str()))
    };
    let mut meant: Vec<String> = all.iter().filter(is_meant).map(|one| one.label.clone()).collect();
    if meant.is_empty() {
        meant = all.into_iter().map(|one| one.label).collect();
    }
    meant.sort();
    meant.dedup();
    Ok(meant)
}
