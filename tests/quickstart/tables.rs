//! Looks into the local database, as the supervision application would.

use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sqlite::SqliteConnection;
use diesel::{QueryableByName, sql_query};

/// The SQLite file that the program fills.
pub(crate) struct Tables(SqliteConnection);

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl Tables {
    /// Opens the file.
    pub(crate) fn open(file: &Path) -> Result<Self, String> {
        let mut connection = SqliteConnection::establish(&file.display().to_string())
            .map_err(|e| format!("the database can't be opened: {e}"))?;
        sql_query("PRAGMA busy_timeout = 10000").execute(&mut connection).map_err(|e| e.to_string())?;
        Ok(Self(connection))
    }

    /// Runs one statement that changes rows.
    pub(crate) fn change(&mut self, sql: &str) -> Result<usize, String> {
        sql_query(sql).execute(&mut self.0).map_err(|e| format!("{e}, in: {sql}"))
    }

    /// Fails unless this query, which gives one `number`, gives that one.
    pub(crate) fn expect(&mut self, what: &str, sql: &str, expected: i64) -> Result<(), String> {
        let found: Number = sql_query(sql).get_result(&mut self.0).map_err(|e| format!("{e}, in: {sql}"))?;
        if found.number == expected {
            Ok(())
        } else {
            Err(format!("{what}: {} instead of {expected}", found.number))
        }
    }
}
