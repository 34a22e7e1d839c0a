//! The temporary tables that a feed is staged into, and what the merges know of the pass.
//!
//! They are made, filled and dropped within one pass; on PostgreSQL inside its transaction, so that a
//! pooler in transaction mode never sees one, on SQLite before it, so that a slow feed holds no lock.

mod batch_writer;
mod postgres;
mod sqlite;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

use crate::model::{Entry, EntryKind, Place, PlaceKind, Stopped};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// What the merges have to know of the pass they belong to: one row in a temporary table, so that the
/// SQL files need no parameters.
#[derive(Debug, Clone)]
pub struct PassFacts {
    /// The command's run id, for audit rows.
    pub run_id: Uuid,
    /// One time for everything that this pass writes.
    pub now: DateTime<Utc>,
    /// Today, in `SYNC_TIMEZONE`.
    pub today: NaiveDate,
    /// The date of a participants pass.
    pub exam_date: Option<NaiveDate>,
    /// The latest start time of that date that is not in the future; `None` when all are.
    pub begun_through: Option<NaiveTime>,
    /// An unchanged row is stamped when it was last synced before this (`SYNC_STAMP_INTERVAL`).
    pub stamp_before: DateTime<Utc>,
    /// There is nothing yet to compare with.
    pub first_load: bool,
}

/// Takes one record of one part of the feed.
pub type PlaceSink<'a> = dyn FnMut(i32, &Place) -> Result<(), Stopped> + 'a;
/// Takes one record of one part of the feed.
pub type EntrySink<'a> = dyn FnMut(i32, &Entry) -> Result<(), Stopped> + 'a;

/// Everything temporary that a pass may leave on the connection.
const TEMPORARY: [&str; 21] = [
    "pass",
    "notice",
    "stage_place",
    "stage_entry",
    "twice",
    "src_hall",
    "gone_hall",
    "judged",
    "closing",
    "src_room",
    "gone_room",
    "going",
    "src",
    "crowded",
    "seated",
    "weighed",
    "unseen",
    "gone",
    "changing",
    "odd",
    "broken",
];

/// Makes the staging tables, that of participants where there is an exam date, else that of halls and rooms, and
/// tells them the facts of the pass.
///
/// # Errors
/// When the database fails.
pub fn open(connection: &mut Connection, facts: &PassFacts) -> Result<(), StoreError> {
    connection.execute(match (&connection, facts.exam_date) {
        (Connection::Postgres(..), None) => {
            concat!(include_str!("staging/postgres.sql"), include_str!("staging/postgres_places.sql"))
        }
        (Connection::Postgres(..), Some(_)) => {
            concat!(include_str!("staging/postgres.sql"), include_str!("staging/postgres_entries.sql"))
        }
        (Connection::Sqlite(_), None) => {
            concat!(include_str!("staging/sqlite.sql"), include_str!("staging/sqlite_places.sql"))
        }
        (Connection::Sqlite(_), Some(_)) => {
            concat!(include_str!("staging/sqlite.sql"), include_str!("staging/sqlite_entries.sql"))
        }
    })?;
    connection.run(
        "INSERT INTO pass (run_id, now, today, exam_date, begun_through, stamp_before, first_load)
         VALUES ($1::uuid, $2::timestamptz, $3::date, $4::date, $5::time, $6::timestamptz, $7::boolean)",
        &[
            Some(facts.run_id.to_string()),
            Some(timestamp(facts.now)),
            Some(facts.today.to_string()),
            facts.exam_date.map(|date| date.to_string()),
            facts.begun_through.map(time),
            Some(timestamp(facts.stamp_before)),
            Some(i32::from(facts.first_load).to_string()),
        ],
    )?;
    Ok(())
}

/// Says anew what has begun, as of [`PassFacts::begun_through`].
///
/// # Errors
/// When the database fails.
pub fn renew_begun(connection: &mut Connection, begun_through: Option<NaiveTime>) -> Result<(), StoreError> {
    connection.run("UPDATE pass SET begun_through = $1::time", &[begun_through.map(time)])?;
    Ok(())
}

/// Drops whatever a pass made, so that the connection is as it was.
///
/// # Errors
/// When the database fails.
pub fn close(connection: &mut Connection) -> Result<(), StoreError> {
    connection.drop_temporary(&TEMPORARY)
}

/// Stages halls and rooms: `fill` is called once with the sink. `first_load` is as of [`PassFacts`].
///
/// # Errors
/// When the database fails; then `fill` has seen [`Stopped`].
pub fn places(
    connection: &mut Connection,
    first_load: bool,
    fill: &mut dyn FnMut(&mut PlaceSink<'_>),
) -> Result<(), StoreError> {
    match connection {
        Connection::Postgres(connection, _) => postgres::places(connection, first_load, fill),
        Connection::Sqlite(connection) => sqlite::places(connection, fill),
    }
}

/// Stages participants; as of [`places`].
///
/// # Errors
/// When the database fails; then `fill` has seen [`Stopped`].
pub fn entries(
    connection: &mut Connection,
    first_load: bool,
    fill: &mut dyn FnMut(&mut EntrySink<'_>),
) -> Result<(), StoreError> {
    match connection {
        Connection::Postgres(connection, _) => postgres::entries(connection, first_load, fill),
        Connection::Sqlite(connection) => sqlite::entries(connection, fill),
    }
}

/// Keeps only the rows of the parts that were read whole: what a broken attempt left behind goes. `bodies` were
/// staged in all; where each was read whole there is nothing to look for.
///
/// # Errors
/// When the database fails.
pub fn keep_parts(
    connection: &mut Connection,
    table: &str,
    parts: &[i32],
    bodies: usize,
) -> Result<(), StoreError> {
    if bodies == parts.len() {
        return Ok(());
    }
    let list = if parts.is_empty() {
        "-1".to_string()
    } else {
        parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    connection.execute(&format!("DELETE FROM {table} WHERE part NOT IN ({list})"))
}

/// A hall that a `rooms` pass asked for its rooms: the parent of what it answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedHall {
    /// The ordinal that its rooms have as parent.
    pub ordinal: i64,
    /// The hall's external id.
    pub hall_external_id: i64,
    /// Whether the API answered that nothing is new.
    pub not_modified: bool,
}

/// Stages the halls that were asked for their rooms and answered.
///
/// # Errors
/// When the database fails.
pub fn asked(connection: &mut Connection, halls: &[AskedHall]) -> Result<(), StoreError> {
    for chunk in halls.chunks(500) {
        let values: Vec<String> = chunk
            .iter()
            .map(|hall| {
                format!("({}, {}, {})", hall.ordinal, hall.hall_external_id, i32::from(hall.not_modified))
            })
            .collect();
        connection.execute(&format!(
            "INSERT INTO stage_place (ordinal, part, kind, position, external_id, says_active, not_modified)
             SELECT column1, 0, 'asked', 0, column2, (1 = 1), column3 = 1 FROM (VALUES {}) AS asked",
            values.join(", ")
        ))?;
    }
    Ok(())
}

/// A UTC timestamp as both databases read it: `YYYY-MM-DD HH:MM:SS.SSS` (contract §6), which PostgreSQL
/// takes as UTC because the connection's `TimeZone` is.
pub fn timestamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

fn time(at: NaiveTime) -> String {
    at.format("%H:%M:%S").to_string()
}

fn place_kind(place: &Place) -> &'static str {
    match place.kind {
        PlaceKind::Hall => "hall",
        PlaceKind::Room => "room",
    }
}

fn entry_kind(entry: &Entry) -> &'static str {
    match entry.kind {
        EntryKind::Slot => "slot",
        EntryKind::Count => "count",
        EntryKind::Seat => "seat",
    }
}

/// The verdict that decoding alone can give; the merge gives the others.
fn verdict(problem: Option<&str>) -> Option<&'static str> {
    problem.map(|_| "bad_record")
}
