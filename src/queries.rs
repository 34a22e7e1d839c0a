//! All SQL that only reads what was committed, written once for both databases.
//!
//! A row is read into the struct that is reported. Each function fails with what the database said.

pub(crate) mod adoption;
pub(crate) mod alerts;
pub(crate) mod audit;
pub(crate) mod centres;
pub(crate) mod changes;
pub(crate) mod conflicts;
pub(crate) mod decisions;
pub(crate) mod doctor;
pub(crate) mod last_attempts;
pub(crate) mod lists;
pub(crate) mod moved;
pub(crate) mod moves;
pub(crate) mod open_schema;
pub(crate) mod package_rows;
pub(crate) mod packages;
pub(crate) mod people;
pub(crate) mod places;
pub(crate) mod preflight;
pub(crate) mod prints;
pub(crate) mod push;
pub(crate) mod quality;
pub(crate) mod results;
pub(crate) mod rosters;
pub(crate) mod runs;
pub(crate) mod schedule;
pub(crate) mod scopes;
pub(crate) mod seating;

use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use serde::Serialize;

/// The most rows that a [`Listed`] names where no more are asked for.
pub(crate) const MAX_NAMED: i64 = 20;

/// A list that names the first and counts all.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Listed<T> {
    /// How many there are.
    pub count: i64,
    /// The first of them.
    pub first: Vec<T>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { count: 0, first: Vec::new() }
    }
}

/// One of the first rows, with how many there are of them without a limit.
#[derive(QueryableByName)]
struct Counted<T> {
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(embed)]
    row: T,
}

impl<T> From<Vec<Counted<T>>> for Listed<T> {
    fn from(rows: Vec<Counted<T>>) -> Self {
        let count = rows.first().map_or(0, |first| first.total);
        Self { count, first: rows.into_iter().map(|counted| counted.row).collect() }
    }
}
