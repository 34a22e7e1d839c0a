//! The decisions on attendance that a package brings, and those of this centre (contract §11.7).

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use serde_json::{Value, json};

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values;

/// What the decisions of a package came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub struct AttendanceOutcome {
    /// Rows that took the decision of head office.
    #[diesel(sql_type = BigInt)]
    pub taken: i64,
    /// Rows that keep their own, where head office decided otherwise.
    #[diesel(sql_type = BigInt)]
    pub kept: i64,
}

/// A moment as the records of [`stage`] have it.
pub fn moment_in_json(at: DateTime<Utc>) -> String {
    values::moment_in_json(at)
}

/// Makes the staging table.
pub fn open(connection: &mut Connection) -> Result<(), StoreError> {
    connection.drop_temporary(&["stage_attendance", "attendance_change"])?;
    connection.execute(match connection {
        Connection::Postgres(..) => include_str!("attendance/postgres.sql"),
        Connection::Sqlite(_) => include_str!("attendance/sqlite.sql"),
    })
}

/// Stages decisions: an array of objects with uid, marked, status, marked_at, marked_by and seen.
pub fn stage(connection: &mut Connection, records: &Value) -> Result<(), StoreError> {
    connection.run(include_str!("attendance/stage.sql"), &[records])?;
    Ok(())
}

/// Takes what is staged. `whole` says that rows of these dates that are not staged have no decision at head office.
pub fn apply(
    connection: &mut Connection,
    hall: i64,
    dates: &[NaiveDate],
    whole: bool,
) -> Result<AttendanceOutcome, StoreError> {
    // Most packages have no decision, and followed none.
    if !connection.any("stage_attendance", &[])? && !connection.any("attendance_base", &[])? {
        return Ok(AttendanceOutcome::default());
    }
    let dates: Value = dates.iter().map(|date| json!({ "date": date })).collect();
    connection.run(include_str!("attendance/fill.sql"), &[&hall, &dates, &whole])?;
    connection.execute(include_str!("attendance/apply.sql"))?;
    connection.row(
        "SELECT count(CASE WHEN taken AND differs THEN 1 END) AS taken, count(CASE WHEN NOT taken THEN 1 END) AS kept
         FROM attendance_change",
        &[],
    )
}
