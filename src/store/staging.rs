//! The temporary tables that a feed is staged into, and what the merges know of the pass.
//!
//! They are made, filled and dropped within one pass; on PostgreSQL inside its transaction, so that a
//! pooler in transaction mode never sees one, on SQLite before it, so that a slow feed holds no lock.

mod batch_writer;
mod postgres;
mod sqlite;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::model::{Entry, EntryKind, Place, PlaceKind, Stopped};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

pub(super) use sqlite::in_one_savepoint;

/// What the merges have to know of the pass they belong to: one row in a temporary table, so that the
/// SQL files need no parameters.
#[derive(Debug, Clone)]
pub(crate) struct PassFacts {
    /// The command's run id, for audit rows.
    pub run_id: Uuid,
    /// One time for everything that this pass writes.
    pub now: DateTime<Utc>,
    /// Today, in `SYNC_TIMEZONE`.
    pub today: NaiveDate,
    /// The date of a participants pass.
    pub exam_date: Option<NaiveDate>,
    /// The name of a roster's source.
    pub source: Option<String>,
    /// The latest start time of that date that is not in the future; `None` when all are.
    pub begun_through: Option<NaiveTime>,
    /// An unchanged row is stamped when it was last synced before this (`SYNC_STAMP_INTERVAL`).
    pub stamp_before: DateTime<Utc>,
    /// There is nothing yet to compare with.
    pub first_load: bool,
    /// The change set has the rows that are created, too: where it is read for them. Else they cost nothing.
    pub lists_created: bool,
    /// Whether change events are written, because they have a destination (contract §12.1).
    pub writes_events: bool,
    /// Of a package: the hall within which absence is judged.
    pub absent_in_hall: Option<i64>,
    /// Of a package that names what is gone: the uids, as a JSON array of lists of one. Nothing else is absent then.
    pub gone: Option<Value>,
}

/// A table that a feed is staged into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StagingTable {
    /// Of halls and rooms.
    Places,
    /// Of participants.
    Entries,
}

/// What the merge of a centre's results makes.
pub(super) const OF_RESULTS: [&str; 7] = [
    "result_pass",
    "stage_result",
    "stage_violation",
    "result_change",
    "violation_change",
    "result_conflict",
    "result_left_out",
];

/// Takes one record of one part of the feed.
pub(crate) type PlaceSink<'a> = dyn FnMut(i32, &Place) -> Result<(), Stopped> + 'a;
/// Takes one record of one part of the feed.
pub(crate) type EntrySink<'a> = dyn FnMut(i32, &Entry) -> Result<(), Stopped> + 'a;

/// Everything temporary that a pass may leave on the connection, but for what the merge of a roster makes and drops.
const TEMPORARY: [&str; 25] = [
    "pass",
    "notice",
    "stage_place",
    "stage_entry",
    "twice",
    "shared",
    "src_hall",
    "gone_hall",
    "judged",
    "closing",
    "recreated",
    "src_room",
    "gone_room",
    "src",
    "crowded",
    "seated",
    "weighed",
    "unseen",
    "change",
    "odd",
    "broken",
    "stage_attendance",
    "stage_credential",
    "attendance_change",
    "resolving",
];

/// Makes the staging tables, that of participants where there is an exam date, else that of halls and rooms, and
/// stores the facts of the pass for them.
pub(crate) fn open(connection: &mut Connection, facts: &PassFacts) -> Result<(), StoreError> {
    connection.execute(match (&connection, facts.exam_date) {
        // Each entity of a roster has a staging table of its own.
        (Connection::Postgres(..), _) if facts.source.is_some() => include_str!("staging/postgres.sql"),
        (Connection::Sqlite(_), _) if facts.source.is_some() => include_str!("staging/sqlite.sql"),
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
        "INSERT INTO pass (run_id, now, today, exam_date, source, begun_through, stamp_before, first_load,
                           lists_created, writes_events, absent_in_hall, gone)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            &facts.run_id,
            &facts.now,
            &facts.today,
            &facts.exam_date,
            &facts.source,
            &facts.begun_through,
            &facts.stamp_before,
            &facts.first_load,
            &facts.lists_created,
            &facts.writes_events,
            &facts.absent_in_hall,
            &facts.gone,
        ],
    )?;
    Ok(())
}

/// Updates what has begun, as of [`PassFacts::begun_through`].
pub(crate) fn renew_begun(
    connection: &mut Connection,
    begun_through: Option<NaiveTime>,
) -> Result<(), StoreError> {
    connection.run("UPDATE pass SET begun_through = $1", &[&begun_through])?;
    Ok(())
}

/// Says within which hall absence is judged, and what alone is gone, as of [`PassFacts`].
pub(crate) fn judge_absence(
    connection: &mut Connection,
    hall: i64,
    gone: Option<&Value>,
) -> Result<(), StoreError> {
    connection.run("UPDATE pass SET absent_in_hall = $1, gone = $2", &[&hall, &gone.cloned()])?;
    Ok(())
}

/// Drops whatever a pass made, so that the connection is as it was.
pub(crate) fn close(connection: &mut Connection) -> Result<(), StoreError> {
    if let Connection::Postgres(..) = connection {
        // It is made before all others, in the same transaction. To look for each of them would take longer.
        let has_any = "SELECT to_regclass('pg_temp.pass') IS NOT NULL AS value";
        if !connection.values::<bool>(has_any, &[])?.contains(&true) {
            return Ok(());
        }
    }
    let all: Vec<&str> = TEMPORARY.into_iter().chain(OF_RESULTS).collect();
    connection.drop_temporary(&all)
}

/// Stages halls and rooms: `fill` is called once with the sink. `first_load` is as of [`PassFacts`].
///
/// # Errors
/// When the database fails; then `fill` has seen [`Stopped`].
pub(crate) fn places(
    connection: &mut Connection,
    first_load: bool,
    fill: &mut dyn FnMut(&mut PlaceSink<'_>),
) -> Result<(), StoreError> {
    match connection {
        Connection::Postgres(connection, session) => {
            let watch = session.watch_copy(connection)?;
            postgres::places(connection, first_load, fill, &watch)
                .map_err(|error| session.reported(watch.explain(error)))
        }
        Connection::Sqlite(connection) => sqlite::places(connection, fill),
    }
}

/// Stages participants; as of [`places`].
///
/// # Errors
/// When the database fails; then `fill` has seen [`Stopped`].
pub(crate) fn entries(
    connection: &mut Connection,
    first_load: bool,
    fill: &mut dyn FnMut(&mut EntrySink<'_>),
) -> Result<(), StoreError> {
    match connection {
        Connection::Postgres(connection, session) => {
            let watch = session.watch_copy(connection)?;
            postgres::entries(connection, first_load, fill, &watch)
                .map_err(|error| session.reported(watch.explain(error)))
        }
        Connection::Sqlite(connection) => sqlite::entries(connection, fill),
    }
}

/// Keeps only the rows of the parts that were read whole: what a broken attempt left behind goes. `bodies` were
/// staged in all; where each was read whole there is nothing to look for.
pub(crate) fn keep_parts(
    connection: &mut Connection,
    table: StagingTable,
    parts: &[i32],
    bodies: usize,
) -> Result<(), StoreError> {
    if bodies == parts.len() {
        return Ok(());
    }
    let parts: Value = parts.iter().map(|part| json!({ "part": part })).collect();
    let delete = match table {
        StagingTable::Places => {
            "DELETE FROM stage_place
             WHERE part NOT IN (SELECT (item.value ->> 'part')::integer FROM json_each($1) AS item)"
        }
        StagingTable::Entries => {
            "DELETE FROM stage_entry
             WHERE part NOT IN (SELECT (item.value ->> 'part')::integer FROM json_each($1) AS item)"
        }
    };
    connection.run(delete, &[&parts])?;
    Ok(())
}

/// A hall that a `rooms` pass asked for its rooms: the parent of what it answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AskedHall {
    /// The ordinal that its rooms have as parent.
    pub ordinal: i64,
    /// The hall's external id.
    pub hall_external_id: i64,
    /// Whether the API answered that nothing is new.
    pub not_modified: bool,
}

/// Stages the halls that were asked for their rooms and answered.
pub(crate) fn asked(connection: &mut Connection, halls: &[AskedHall]) -> Result<(), StoreError> {
    let halls: Value = halls
        .iter()
        .map(|AskedHall { ordinal, hall_external_id, not_modified }| {
            json!({ "ordinal": ordinal, "hall": hall_external_id, "not_modified": not_modified })
        })
        .collect();
    connection.run(
        "INSERT INTO stage_place (ordinal, part, kind, position, external_id, says_active, not_modified)
         SELECT (item.value ->> 'ordinal')::bigint, 0, 'asked', 0, (item.value ->> 'hall')::bigint, (1 = 1),
                (item.value ->> 'not_modified')::boolean
         FROM json_each($1) AS item",
        &[&halls],
    )?;
    Ok(())
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
        EntryKind::Repeat => "repeat",
    }
}

/// The verdict that decoding alone can give; the merge gives the others.
fn verdict(problem: Option<&str>) -> Option<&'static str> {
    problem.map(|_| "bad_record")
}
