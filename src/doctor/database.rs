//! The local database: whether it is there, takes what a pass does, and lets two connections in.

mod postgres;
mod rights;
mod sqlite;

use super::check::{Check, Group};
use super::clock::OtherClock;
use crate::exit::Failure;
use crate::store::connection::Location;
use crate::store::error::StoreError;
use crate::text::program_line::ProgramLine;

const GROUP: Group = Group::Database;

/// The tables that passes of any kind insert records into.
const FILLED: [&str; 3] = ["buildings", "rooms", "participants"];

/// All checks of the group, and the clock of a server.
pub(super) fn checks(location: &Location, program: &ProgramLine) -> (Vec<Check>, Option<OtherClock>) {
    match location {
        Location::Postgres { .. } => postgres::checks(location, program),
        Location::Sqlite { path, default, .. } => (sqlite::checks(location, path, *default, program), None),
    }
}

/// A check that fails as a pass does that meets this error.
fn failed(name: &str, error: StoreError) -> Check {
    GROUP.fail(name, &Failure::from(error), "see `examsync help recovery`")
}
