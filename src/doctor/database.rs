//! The local database: whether it exists, accepts what a pass does, and allows two connections.

mod adoption;
mod modes;
mod postgres;
mod rights;
mod sqlite;

use chrono::NaiveDate;

use super::check::{Check, Group};
use super::clock::OtherClock;
use crate::exit::Failure;
use crate::queries::last_attempts::Tries;
use crate::store::connection::Location;
use crate::store::error::StoreError;
use crate::text::program_line::ProgramLine;

const GROUP: Group = Group::Database;

/// The tables that passes of any kind insert records into.
const FILLED: [&str; 3] = ["buildings", "rooms", "participants"];

/// What a look at the database came to.
#[derive(Default)]
pub(super) struct Looked {
    /// All checks of the group.
    pub(super) checks: Vec<Check>,
    /// The clock of a server.
    pub(super) clock: Option<OtherClock>,
    /// How the last commands ended, where the tables are current.
    pub(super) tries: Option<Vec<Tries>>,
}

/// Looks at the database; `today` is in `SYNC_TIMEZONE`.
pub(super) fn look(location: &Location, program: &ProgramLine, today: NaiveDate) -> Looked {
    match location {
        Location::Postgres { .. } => postgres::look(location, program, today),
        Location::Sqlite { path, default, .. } => sqlite::look(location, path, *default, program, today),
    }
}

/// A check that fails as a pass does that meets this error.
fn failed(name: &str, error: StoreError) -> Check {
    GROUP.fail(name, &Failure::from(error), "see `examsync help recovery`")
}
