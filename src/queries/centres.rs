//! The state of the centres of the cards: their packages, receipts and next exams (contract §11.8).

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};
use serde::Serialize;
use serde_json::{Value, json};

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::Moment;
use crate::text::serialize::maybe_at;

/// One centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, QueryableByName)]
pub(crate) struct CentreState {
    /// The external id of its hall.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// The hall's name; none where the hall is not known here.
    #[diesel(sql_type = Nullable<Text>)]
    pub hall: Option<String>,
    /// The number of the newest package.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub newest_version: Option<i64>,
    /// When it was written.
    #[diesel(sql_type = Nullable<Moment>)]
    #[serde(serialize_with = "maybe_at")]
    pub written_at: Option<DateTime<Utc>>,
    /// The number of the newest package that the centre acknowledged.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub acked_version: Option<i64>,
    /// When it did.
    #[diesel(sql_type = Nullable<Moment>)]
    #[serde(serialize_with = "maybe_at")]
    pub acked_at: Option<DateTime<Utc>>,
    /// The number of its newest results.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub results_seq: Option<i64>,
    /// When they came.
    #[diesel(sql_type = Nullable<Moment>)]
    #[serde(serialize_with = "maybe_at")]
    pub results_at: Option<DateTime<Utc>>,
    /// The version of the program there.
    #[diesel(sql_type = Nullable<Text>)]
    pub program: Option<String>,
    /// How far its clock was ahead when the results were made, at most.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub clock_offset_seconds: Option<i64>,
    /// Its next exam.
    #[diesel(sql_type = Nullable<Date>)]
    pub next_exam: Option<NaiveDate>,
    /// How many conflicts with its results are open.
    #[diesel(sql_type = BigInt)]
    pub open_conflicts: i64,
    /// Whether people of that exam changed after the newest package was begun.
    #[diesel(sql_type = Bool)]
    pub changed_since: bool,
}

impl CentreState {
    /// Whether the exam is today or tomorrow, and the centre has not said that it has the newest package.
    pub(crate) fn is_unacknowledged(&self, today: NaiveDate) -> bool {
        let soon = |date: NaiveDate| date <= today.succ_opt().unwrap_or(date);
        self.next_exam.is_some_and(soon)
            && (self.newest_version.is_none() || self.acked_version < self.newest_version)
    }

    /// What is to be warned of.
    pub(crate) fn warnings(&self, today: NaiveDate) -> Vec<String> {
        let hall = self.hall_external_id;
        let Some(exam) = self.next_exam else { return Vec::new() };
        let mut warnings = Vec::new();
        match self.newest_version {
            None => warnings.push(format!("no package was written for hall {hall}, which has an exam on {exam}")),
            Some(version) if self.changed_since => warnings.push(format!(
                "package {version} for hall {hall} is older than the data of its exam on {exam}; export once more"
            )),
            Some(_) => {}
        }
        if let (true, Some(version)) = (self.is_unacknowledged(today), self.newest_version) {
            warnings.push(format!(
                "the centre of hall {hall} has not acknowledged package {version}, and its exam is on {exam}; call it"
            ));
        }
        warnings
    }
}

/// Those of these halls that have an exam today or tomorrow, and whose centre has not acknowledged the newest package:
/// as of [`CentreState::is_unacknowledged`], for a look at every pass.
pub(crate) fn unacknowledged(
    connection: &mut Connection,
    halls: &[i64],
    today: NaiveDate,
) -> Result<Vec<i64>, StoreError> {
    if halls.is_empty() {
        return Ok(Vec::new());
    }
    let tomorrow = today.succ_opt().unwrap_or(today);
    connection.values(include_str!("centres/unacknowledged.sql"), &[&halls_in_json(halls), &today, &tomorrow])
}

fn halls_in_json(halls: &[i64]) -> Value {
    halls.iter().map(|hall| json!({ "hall": hall })).collect()
}

/// The centres of these halls, in order; next exams are from `today` on.
pub(crate) fn states(
    connection: &mut Connection,
    halls: &[i64],
    today: NaiveDate,
) -> Result<Vec<CentreState>, StoreError> {
    if halls.is_empty() {
        return Ok(Vec::new());
    }
    connection.rows_with(include_str!("centres/states.sql"), &[&today, &halls_in_json(halls)])
}
