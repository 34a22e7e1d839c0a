//! The record of a print of the lists: all that `lists` writes into the database.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Date, Text};
use serde_json::Value;

use super::connection::Connection;
use super::error::StoreError;
use super::values::{Json, Moment};

/// One print.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
pub(crate) struct Print {
    /// As the paper has it.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// The date that it is about.
    #[diesel(sql_type = Date)]
    pub exam_date: NaiveDate,
    /// When.
    #[diesel(sql_type = Moment)]
    pub printed_at: DateTime<Utc>,
    /// Changes of people from then on are later than it.
    #[diesel(sql_type = Moment)]
    pub people_since: DateTime<Utc>,
    /// The same of halls and rooms.
    #[diesel(sql_type = Moment)]
    pub places_since: DateTime<Utc>,
    /// What of the date it holds.
    #[diesel(sql_type = Json)]
    pub scope: Value,
    /// The digest of each sheet, by hall, and in it by room and start time.
    #[diesel(sql_type = Json)]
    pub digests: Value,
}

/// Records a print, and forgets those that were made before `forgotten`.
pub(crate) fn record(
    connection: &mut Connection,
    print: &Print,
    forgotten: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.run("DELETE FROM prints WHERE printed_at < $1", &[&forgotten])?;
    connection.run(
        "INSERT INTO prints (id, exam_date, printed_at, people_since, places_since, scope, digests)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            &print.id,
            &print.exam_date,
            &print.printed_at,
            &print.people_since,
            &print.places_since,
            &print.scope,
            &print.digests,
        ],
    )?;
    Ok(())
}
