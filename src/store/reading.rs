//! Reads the database as it is at one moment, and can write nothing.

use super::connection::{Connection, Location};
use super::error::StoreError;
use super::sqlite::reading;

/// How often a file is read that was written meanwhile, before that is an error.
const MAX_TRIES: u32 = 5;

/// Runs `work` in a transaction that only reads; once more where what it has read may not be of one moment.
///
/// # Errors
/// The error of `work`, or what keeps the database from being opened.
pub(crate) fn read<T, E: From<StoreError>>(
    location: &Location,
    mut work: impl FnMut(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    let (path, busy_timeout) = match location {
        Location::Postgres { .. } => return Connection::open(location)?.read(work),
        Location::Sqlite { path, busy_timeout, .. } => (path, *busy_timeout),
    };
    for _ in 0..MAX_TRIES {
        let (connection, snapshot) = reading::connect_reading(path, busy_timeout)?;
        let answer = Connection::Sqlite(connection).read(&mut work);
        if snapshot.is_none_or(|snapshot| snapshot.is_current()) {
            return answer;
        }
    }
    Err(StoreError::Busy(format!("{} was written while it was read", path.display())).into())
}
