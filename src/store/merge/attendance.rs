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

/// Which package brought what is staged.
#[derive(Debug, Clone, Copy)]
pub struct Brought<'a> {
    /// For the centre of this hall.
    pub hall: i64,
    /// Its number.
    pub version: i64,
    /// Its dates.
    pub dates: &'a [NaiveDate],
    /// Whether rows of these dates that are not staged have no decision at head office.
    pub whole: bool,
    /// Whether head office no longer knows the package that this centre had: it was restored from a backup. What rows
    /// keep their own of has then no base that head office knows.
    pub restored: bool,
}

/// Takes what is staged.
pub fn apply(
    connection: &mut Connection,
    Brought { hall, version, dates, whole, restored }: Brought<'_>,
) -> Result<AttendanceOutcome, StoreError> {
    // Most packages have no decision, and followed none.
    if !connection.any("stage_attendance", &[])? && !connection.any("attendance_base", &[])? {
        return Ok(AttendanceOutcome::default());
    }
    let dates: Value = dates.iter().map(|date| json!({ "date": date })).collect();
    connection.run(include_str!("attendance/fill.sql"), &[&hall, &dates, &whole])?;
    let outcome: AttendanceOutcome = connection.row(
        "SELECT count(CASE WHEN taken AND differs THEN 1 END) AS taken, count(CASE WHEN NOT taken THEN 1 END) AS kept
         FROM attendance_change",
        &[],
    )?;
    let written = connection.run(include_str!("attendance/apply.sql"), &[])?;
    if i64::try_from(written) != Ok(outcome.taken) {
        return Err(StoreError::Contended("rows were marked while a package was merged into them".into()));
    }
    connection.run(include_str!("attendance/note_base.sql"), &[&version])?;
    connection.execute(include_str!("attendance/note_refused.sql"))?;
    if restored {
        connection.execute(
            "DELETE FROM attendance_base WHERE row_id IN (SELECT row_id FROM attendance_change WHERE NOT taken)",
        )?;
    }
    Ok(outcome)
}
