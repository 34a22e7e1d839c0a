//! The merge of one exam date's participants.

mod comparison;

use chrono::NaiveDate;
use diesel::QueryableByName;
use diesel::sql_types::BigInt;

use super::change::{self, PlanRow};
use super::{Confirmed, events, leave_out_unchanged, open_notices, require_inserted};
use crate::model::Presorted;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::staging::PassFacts;

pub use comparison::{Comparison, compare};
use comparison::{ComparisonCounts, Differences};

/// What the guard weighs of one date; rows that have begun do not count (contract §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct ParticipantLoss {
    /// Active rows now.
    #[diesel(sql_type = BigInt)]
    pub rows_before: i64,
    /// Their people.
    #[diesel(sql_type = BigInt)]
    pub people_before: i64,
    /// Active rows that would be deactivated, or moved to a start that has begun.
    #[diesel(sql_type = BigInt)]
    pub rows_gone: i64,
    /// Rows that would be created, reactivated or moved from a start that has begun, to one that has not.
    #[diesel(sql_type = BigInt)]
    pub rows_gained: i64,
    /// People lost, net of people gained.
    #[diesel(sql_type = BigInt)]
    pub people_lost: i64,
}

/// Which of the staged entries are joined with their rooms and live rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    /// All of them.
    All,
    /// Those that differ from their live row.
    Changed,
    /// Those of a first load that are not plainly new.
    NonTrivialFirstLoad,
}

impl Resolved {
    /// The statement that makes `src` of them.
    pub fn statement(self, connection: &Connection) -> String {
        let copied = match connection {
            // Of a copy it would not know how large it is, nor how its rows differ.
            Connection::Postgres(..) => "",
            // Without a copy it would look up the room and its hall again for each entry.
            Connection::Sqlite(_) => "MATERIALIZED",
        };
        let entries = match self {
            Resolved::All => include_str!("participants/02_all_entries.part.sql"),
            Resolved::Changed => include_str!("participants/02_changed_only.part.sql"),
            Resolved::NonTrivialFirstLoad => include_str!("participants/02_non_trivial_first_load.part.sql"),
        };
        format!(
            "CREATE TEMP TABLE src AS WITH known AS {copied} (\n{known}), {entries}{resolve}",
            known = include_str!("participants/02_known.part.sql"),
            resolve = include_str!("participants/03_resolve.part.sql"),
        )
    }
}

/// Gives every staged entry the start of its slot, which only the slot itself says for certain.
pub fn late_starts(connection: &mut Connection) -> Result<(), StoreError> {
    connection.execute(include_str!("participants/01_late_starts.sql"))
}

/// Joins every staged entry with its room and the live row that it is about, and returns whether any names a
/// hall or room that is not known here, so that pulling the halls and resolving again may help.
///
/// `presorted` is the number of entries of a presorted feed: no two of its entries have the same key, and there are no
/// seats. Its unchanged entries are left out, and on a first load those that are plainly new.
pub fn resolve(connection: &mut Connection, presorted: Option<Presorted>) -> Result<bool, StoreError> {
    connection.drop_temporary(&["src"])?;
    let steps = leave_out_unchanged(connection, presorted)?;
    let resolved = match (steps.leaves_out, steps.first_load) {
        (false, _) => Resolved::All,
        (true, false) => Resolved::Changed,
        (true, true) => Resolved::NonTrivialFirstLoad,
    };
    connection.execute(&resolved.statement(connection))?;
    if let Connection::Sqlite(_) = connection {
        // Many new rows, which have none, are not to be taken for many with the same one.
        connection.execute(
            "CREATE INDEX src_target_id ON src (target_id) WHERE target_id IS NOT NULL; ANALYZE src",
        )?;
    }
    connection.any("src WHERE verdict = 'unknown_room'", &[])
}

/// Whether any row that an entry is about has another uid than the entry says. After [`resolve`].
pub fn has_another_uid(connection: &mut Connection) -> Result<bool, StoreError> {
    connection.any("src JOIN participants AS p ON p.id = src.target_id WHERE src.uid <> p.uid", &[])
}

/// What the guard weighs.
pub fn loss(connection: &mut Connection) -> Result<ParticipantLoss, StoreError> {
    connection.row(include_str!("participants/11_guard.sql"), &[])
}

/// The rows that would go, lose people or move to a start time that has begun, by key.
pub fn plan_rows(connection: &mut Connection) -> Result<Vec<PlanRow>, StoreError> {
    connection.rows(include_str!("participants/12_plan.sql"))
}

/// Collects the notices before anything is applied.
pub fn insert_notices(connection: &mut Connection, comparison: &Comparison) -> Result<(), StoreError> {
    let Some(Differences { unseen, crowded, counts, seats, .. }) = comparison.differences else {
        return Ok(());
    };
    open_notices(connection)?;
    if comparison.tally.odd + unseen + crowded > 0 {
        connection.execute(include_str!("participants/13_notices.sql"))?;
    }
    if counts > 1 {
        connection.execute(include_str!("participants/14_shared_notices.sql"))?;
    }
    if seats > 0 {
        connection.execute(include_str!("participants/14_seat_notices.sql"))?;
    }
    Ok(())
}

/// Writes the audit rows and applies everything.
pub fn apply(connection: &mut Connection, comparison: &Comparison) -> Result<(), StoreError> {
    let ComparisonCounts { created, plain, updated, odd, due, failed, .. } = comparison.tally;
    let Differences { unseen, .. } = comparison.differences.unwrap_or_default();
    let (clear, touch) = match comparison.differences {
        Some(_) => (
            concat!(
                include_str!("participants/18_clear_errors.part.sql"),
                include_str!("participants/18_not_broken.part.sql")
            ),
            concat!(
                include_str!("participants/19_touch.part.sql"),
                include_str!("participants/19_seen_only.part.sql")
            ),
        ),
        None => (
            include_str!("participants/18_clear_errors.part.sql"),
            include_str!("participants/19_touch.part.sql"),
        ),
    };
    let steps = [
        (unseen, include_str!("participants/15_deactivate.sql")),
        (updated, include_str!("participants/16_update.sql")),
        (odd, include_str!("participants/17_mark_errors.sql")),
        (failed, clear),
        (due, touch),
    ];
    if updated + unseen > 0 {
        change::audit(connection)?;
    }
    for (_, sql) in steps.into_iter().filter(|(rows, _)| *rows > 0) {
        connection.execute(sql)?;
    }
    if created > 0 {
        let inserted = connection.run(insert(connection, plain > 0), &[])?;
        require_inserted("participants", created, i64::try_from(inserted).unwrap_or(i64::MAX))?;
    }
    if created.min(odd) > 0 {
        connection.execute(include_str!("participants/21_mark_created.sql"))?;
    }
    events::of_participants(connection, created > 0, updated + unseen > 0)
}

/// The statement that inserts the new rows; `plain` are the entries of a first load that `src` leaves out.
fn insert(connection: &Connection, plain: bool) -> &'static str {
    match (connection, plain) {
        // One room after the other: the index and the check of the foreign key find their pages in memory. What is
        // sorted is narrow, so that a large date is sorted in memory, too.
        (Connection::Postgres(..), true) => concat!(
            include_str!("participants/20_insert.part.sql"),
            include_str!("participants/20_insert_first_load.part.sql"),
            "ORDER BY room_id, start_time) AS new_row"
        ),
        (Connection::Postgres(..), false) => concat!(
            include_str!("participants/20_insert.part.sql"),
            "ORDER BY room_id, start_time) AS new_row"
        ),
        // In the order of the feed: so the next one finds its rows one after the other.
        (Connection::Sqlite(_), true) => concat!(
            include_str!("participants/20_insert.part.sql"),
            include_str!("participants/20_insert_first_load.part.sql"),
            ") AS new_row"
        ),
        (Connection::Sqlite(_), false) => {
            concat!(include_str!("participants/20_insert.part.sql"), ") AS new_row")
        }
    }
}

/// Confirms every active row of the date, and returns how many there are.
pub(crate) fn confirm(
    connection: &mut Connection,
    date: NaiveDate,
    facts: &PassFacts,
) -> Result<i64, StoreError> {
    let rows: Confirmed =
        connection.row(include_str!("participants/confirmed.sql"), &[&facts.stamp_before, &date])?;
    if rows.due > 0 {
        connection
            .run(include_str!("participants/confirm.sql"), &[&facts.now, &date, &facts.stamp_before])?;
    }
    Ok(rows.active)
}
