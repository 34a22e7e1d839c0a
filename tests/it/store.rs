//! The store by itself, on both databases: what its values become there, and that all its SQL can run.

mod prepared;
mod sql;
mod values;

use std::time::Duration;

use examsync::store::connection::{Connection, Location};
use examsync::store::postgres::PostgresLimits;

use crate::support::Database;
use crate::support::database::Kind;

/// A connection of the program's own kind to a database of the tests.
fn connection(database: &Database) -> Connection {
    let location = match database.kind() {
        Kind::Sqlite => Location::Sqlite {
            path: database.file(),
            default: false,
            group: None,
            busy_timeout: Duration::from_secs(5),
        },
        Kind::Postgres => {
            let none = Duration::ZERO;
            let connect_timeout = Duration::from_secs(5);
            let limits = PostgresLimits { connect_timeout, statement_timeout: none, lock_timeout: none };
            Location::Postgres { url: database.url().into(), schema: None, limits }
        }
    };
    location.make().unwrap();
    Connection::open(&location).unwrap()
}
