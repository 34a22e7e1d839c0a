//! Whether there is a database, and making the file where there is none.

use super::Location;
use crate::store::error::StoreError;
use crate::store::sqlite;

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
            Location::Sqlite { path, default, group, .. } if !self.exists()? => {
                sqlite::make(path, *default, *group).map(|()| true)
            }
            _ => Ok(false),
        }
    }
}
