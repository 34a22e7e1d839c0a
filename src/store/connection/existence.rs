//! Whether there is a database, or any row in it, and making the file where there is none.

use diesel::QueryableByName;
use diesel::sql_types::Bool;

use super::{Connection, Location};
use crate::store::error::StoreError;
use crate::store::sqlite;

#[derive(QueryableByName)]
struct AnyRow {
    #[diesel(sql_type = Bool)]
    any_row: bool,
}

impl Location {
    /// Whether there is a database to look at.
    ///
    /// # Errors
    /// As of [`sqlite::exists`].
    pub fn exists(&self) -> Result<bool, StoreError> {
        match self {
            Location::Sqlite { path, .. } => sqlite::exists(path),
            Location::Postgres { .. } => Ok(true),
        }
    }

    /// Makes the SQLite file where there is none (contract §6), still without tables; says whether it did.
    ///
    /// # Errors
    /// As of [`sqlite::make`].
    pub fn make(&self) -> Result<bool, StoreError> {
        match self {
            Location::Sqlite { path, private, .. } if !self.exists()? => {
                sqlite::make(path, *private).map(|()| true)
            }
            _ => Ok(false),
        }
    }
}

impl Connection {
    /// Whether there is any row in what stands behind FROM; parameters are as of [`Connection::run`].
    ///
    /// # Errors
    /// What the database said.
    pub fn any(&mut self, from: &str, parameters: &[Option<String>]) -> Result<bool, StoreError> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {from}) AS any_row");
        let rows: Vec<AnyRow> = self.rows_with(&sql, parameters)?;
        Ok(rows.iter().any(|row| row.any_row))
    }
}
