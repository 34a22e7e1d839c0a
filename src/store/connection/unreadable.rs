//! Rows that hold what can't be read: they are passed over, and named with their table and id (contract §15.5).
//!
//! A value is looked at when its row is read, and costs nothing more there. Only where one can't be read, the columns that
//! the statement names are searched for it: a row of a sum or of a join has no id of its own.

use std::str::Utf8Error;

use diesel::QueryableByName;
use diesel::backend::Backend;
use diesel::deserialize;
use diesel::row::NamedRow;

use super::Connection;
use crate::model::sync_type::SyncType;
use crate::store::error::StoreError;
use crate::store::tables::ours::{DATE, JSON, TABLES, TIME, TIMESTAMP, Table, UUID};
use crate::store::values::Unreadable;

/// The most rows of one column that are named.
const MAX_NAMED: usize = 5;

/// A row, or why it can't be read.
pub(super) struct Read<T>(Result<T, String>);

impl<DB: Backend, T: QueryableByName<DB>> QueryableByName<DB> for Read<T> {
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        match T::build(row) {
            Ok(row) => Ok(Self(Ok(row))),
            // Anything else is a defect of the statement or of the type that it is read into.
            Err(error) => match error.downcast::<Unreadable>() {
                Ok(unreadable) => Ok(Self(Err(unreadable.to_string()))),
                // In a SQLite file a text may be any bytes.
                Err(error) if error.is::<Utf8Error>() => {
                    Ok(Self(Err("the database holds text that is no UTF-8".to_owned())))
                }
                Err(error) => Err(error),
            },
        }
    }
}

impl Connection {
    /// The rows that could be read, of those that `sql` gave, and whether these are all. The others are reported.
    pub(super) fn readable<T>(
        &mut self,
        sql: &str,
        rows: Vec<Read<T>>,
    ) -> Result<(Vec<T>, bool), StoreError> {
        let mut why = None;
        let readable = rows.into_iter().filter_map(|Read(row)| row.map_err(|error| why = Some(error)).ok());
        let readable = readable.collect();
        let Some(why) = why else { return Ok((readable, true)) };
        let mut named = false;
        for table in TABLES.iter().filter(|table| names(sql, table.name)) {
            named |= self.report_unreadable(sql, table)?;
        }
        if !named {
            report_passed_over(&why);
        }
        Ok((readable, false))
    }

    /// The condition under which a column holds a moment that can't be read.
    pub(crate) fn unreadable_moment(&self, column: &str) -> String {
        self.is_unreadable(column, TIMESTAMP).unwrap_or_default()
    }

    /// Reports the rows of the table that hold what can't be read in a column that the statement names, and returns
    /// whether there are any.
    fn report_unreadable(&mut self, sql: &str, table: &Table) -> Result<bool, StoreError> {
        let mut found = false;
        for column in table.columns.iter().filter(|column| column.used && names(sql, column.name)) {
            let Some(condition) = self.is_unreadable(column.name, column.type_name) else { continue };
            let (label, from, most) = (label(table), table.name, MAX_NAMED + 1);
            let search =
                format!("SELECT {label} AS value FROM {from} WHERE {condition} ORDER BY 1 LIMIT {most}");
            let mut rows: Vec<String> = self.values(&search, &[])?;
            let more = if rows.len() > MAX_NAMED { " and more" } else { "" };
            rows.truncate(MAX_NAMED);
            if !rows.is_empty() {
                let (table, rows, column) = (table.name, rows.join(", "), column.name);
                let what = format!("{table} {rows}{more}: the value of {column} can't be read");
                report_passed_over(&what);
                found = true;
            }
        }
        Ok(found)
    }

    /// The condition under which a column of this name and type holds what can't be read.
    fn is_unreadable(&self, name: &str, type_name: &str) -> Option<String> {
        let types: Vec<String> = SyncType::all().map(|sync_type| format!("'{}'", sync_type.name())).collect();
        let quoted = format!("\"{name}\"");
        let condition = match (self, type_name) {
            (_, _) if name == "sync_type" => format!("NAME NOT IN ({})", types.join(", ")),
            (_, _) if name == "scope" => {
                "NAME <> 'all' AND NAME NOT LIKE '%:%' AND NAME NOT LIKE '____-__-__'".to_owned()
            }
            (Connection::Postgres(..), TIMESTAMP) => {
                "NAME NOT BETWEEN '0001-01-01 00:00:00+00' AND '9999-12-31 23:59:59.999999+00'".to_owned()
            }
            (Connection::Postgres(..), DATE) => "NAME NOT BETWEEN '0001-01-01' AND '9999-12-31'".to_owned(),
            // PostgreSQL checks the others itself.
            (Connection::Postgres(..), _) => return None,
            // A day that its month does not have becomes another one, and what is no date nothing.
            (Connection::Sqlite(_), TIMESTAMP) => {
                "strftime('%Y-%m-%d %H:%M:%S', substr(NAME, 1, 19)) IS NOT substr(NAME, 1, 19)
                 OR substr(NAME, 20) <> '' AND substr(NAME, 20) NOT GLOB '.[0-9]*'"
                    .to_owned()
            }
            (Connection::Sqlite(_), DATE) => "date(NAME) IS NOT NAME".to_owned(),
            (Connection::Sqlite(_), TIME) => {
                "time(NAME) IS NULL OR NAME NOT GLOB '[0-2][0-9]:[0-5][0-9]*'".to_owned()
            }
            (Connection::Sqlite(_), UUID) => {
                "length(replace(NAME, '-', '')) <> 32 OR replace(NAME, '-', '') GLOB '*[^0-9a-fA-F]*'"
                    .to_owned()
            }
            (Connection::Sqlite(_), JSON) => "NOT json_valid(NAME)".to_owned(),
            (Connection::Sqlite(_), _) => return None,
        };
        Some(format!("{quoted} IS NOT NULL AND ({})", condition.replace("NAME", &quoted)))
    }
}

/// The target of the reports, which people read without asking for the log.
pub(crate) const PASSED_OVER: &str = "examsync::passed_over";

/// Reports a row that is passed over: `what` says which, and why.
pub(crate) fn report_passed_over(what: &str) {
    tracing::warn!(
        target: PASSED_OVER,
        "{what}; it is skipped: correct what another program wrote there, or delete the row"
    );
}

/// What names a row of the table: its id, or its key where it has none.
fn label(table: &Table) -> &'static str {
    match table.name {
        "alert_scopes" => "command || ' ' || scope",
        "validators" => "request",
        _ => "CAST(id AS text)",
    }
}

/// Whether the statement has this word.
fn names(sql: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    sql.match_indices(word)
        .any(|(start, _)| !sql[..start].ends_with(is_part) && !sql[start + word.len()..].starts_with(is_part))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_statement_names_whole_words() {
        let sql = "SELECT a.created_at AS at FROM audit_logs AS a";
        for (word, expected) in
            [("created_at", true), ("audit_logs", true), ("logs", false), ("creat", false)]
        {
            assert_eq!(names(sql, word), expected, "{word}");
        }
    }
}
