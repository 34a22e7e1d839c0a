//! What the comparison of one exam date finds, and so which steps of its merge have work to do.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool};

use super::resolve;
use crate::model::Presorted;
use crate::model::outcome::Records;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::merge::{Compared, change};

/// What the feed and the live rows of the date come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(super) struct ComparisonCounts {
    #[diesel(sql_type = BigInt)]
    pub(super) created: i64,
    /// Of those, the entries of a first load that `src` leaves out.
    #[diesel(sql_type = BigInt)]
    pub(super) plain: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) updated: i64,
    #[diesel(sql_type = BigInt)]
    unchanged: i64,
    #[diesel(sql_type = BigInt)]
    errored: i64,
    /// Records that break a record rule.
    #[diesel(sql_type = BigInt)]
    bad: i64,
    /// Entries that are added to the record of another.
    #[diesel(sql_type = BigInt)]
    added: i64,
    /// Entries that are to be reported.
    #[diesel(sql_type = BigInt)]
    pub(super) odd: i64,
    /// Entries that are about a live row and can't be used.
    #[diesel(sql_type = BigInt)]
    doubtful: i64,
    /// Counts of more people than the room has seats.
    #[diesel(sql_type = BigInt)]
    overfull: i64,
    /// Active rows, and how many of them the feed holds.
    #[diesel(sql_type = BigInt)]
    active: i64,
    #[diesel(sql_type = BigInt)]
    seen: i64,
    /// Active rows that get a stamp when they are seen.
    #[diesel(sql_type = BigInt)]
    pub(super) due: i64,
    /// Active rows in `sync_error`, which is over for those that are seen.
    #[diesel(sql_type = BigInt)]
    pub(super) failed: i64,
    /// As of [`PassFacts`](crate::store::staging::PassFacts).
    #[diesel(sql_type = Bool)]
    lists_created: bool,
}

/// How the feed and the live rows differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, QueryableByName)]
pub(super) struct Differences {
    /// Active rows that the feed does not hold.
    #[diesel(sql_type = BigInt)]
    pub(super) unseen: i64,
    /// Of those, the ones that go.
    #[diesel(sql_type = BigInt)]
    deleted: i64,
    /// Rooms at a start time that have more people than seats, or else, in a feed of any order, seats or two counts.
    #[diesel(sql_type = BigInt)]
    pub(super) crowded: i64,
    /// The most counts that one of them has in the feed.
    #[diesel(sql_type = BigInt)]
    pub(super) counts: i64,
    /// The most seats that one of them has in the feed.
    #[diesel(sql_type = BigInt)]
    pub(super) seats: i64,
}

/// What the comparison found: which of the steps have work to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    pub(super) tally: ComparisonCounts,
    /// `None` where every live row stays as it is and there is no notice.
    pub(super) differences: Option<Differences>,
}

impl Comparison {
    /// Whether any live row changes or goes, or anything is to be reported. Otherwise rows are only new or unchanged.
    pub fn differs(&self) -> bool {
        self.differences.is_some()
    }

    /// The counts of the date.
    pub fn compared(&self) -> Compared {
        let ComparisonCounts { created, updated, unchanged, errored, bad, odd, .. } = self.tally;
        let Differences { deleted, .. } = self.differences.unwrap_or_default();
        let processed = created + updated + unchanged + errored;
        let records = Records { processed, created, updated, unchanged, deleted, errored };
        Compared { records, bad_records: bad, noticed: odd }
    }

    /// The entries of the feed, of which several may be one record.
    pub fn entries(&self) -> i64 {
        self.compared().records.processed + self.tally.added
    }
}

/// Compares what is resolved with the live rows of the date and fills the change set. `presorted` is as of [`resolve`].
pub fn compare(connection: &mut Connection, presorted: Option<Presorted>) -> Result<Comparison, StoreError> {
    let mut tally;
    if presorted.is_some() {
        tally = count(connection)?;
        // Which rows have only a bad record can be seen only in the whole feed.
        if tally.doubtful > 0 {
            resolve(connection, None)?;
            tally = count(connection)?;
        }
        let listed = if tally.lists_created { tally.created } else { 0 };
        if tally.updated + tally.odd + tally.overfull + listed == 0 && tally.active <= tally.seen {
            return Ok(Comparison { tally, differences: None });
        }
        connection.execute(include_str!("07_over_capacity.sql"))?;
        if tally.active > tally.seen && matches!(connection, Connection::Sqlite(_)) {
            connection.execute(
                "CREATE INDEX IF NOT EXISTS stage_entry_key ON stage_entry (room_external_id, start_time, kind)",
            )?;
        }
        connection.execute(concat!(
            include_str!("08_missing.part.sql"),
            include_str!("08_missing_presorted.part.sql")
        ))?;
    } else {
        connection.execute(include_str!("04_ambiguous_slots.sql"))?;
        screen(connection)?;
        tally = count(connection)?;
        connection.execute(concat!(
            include_str!("08_missing.part.sql"),
            include_str!("08_missing_of_all.part.sql")
        ))?;
    }
    if tally.active > tally.seen && connection.any("unseen WHERE stays", &[])? {
        connection.execute(include_str!("08_replaced.sql"))?;
    }
    connection.execute(include_str!("09_odd.sql"))?;
    change::open(connection)?;
    connection.execute(include_str!("10_changes.sql"))?;
    let differences = connection.row(
        "SELECT (SELECT count(*) FROM unseen) AS unseen,
                (SELECT count(*) FROM unseen WHERE goes) AS deleted,
                (SELECT count(*) FROM crowded) AS crowded,
                CAST((SELECT coalesce(max(counts), 0) FROM crowded) AS bigint) AS counts,
                CAST((SELECT coalesce(max(seats), 0) FROM crowded) AS bigint) AS seats",
        &[],
    )?;
    Ok(Comparison { tally, differences: Some(differences) })
}

fn count(connection: &mut Connection) -> Result<ComparisonCounts, StoreError> {
    connection.row(include_str!("06_count.sql"), &[])
}

/// Adds up what is counted twice, and looks for seats that are listed twice and for counts of what is seated.
fn screen(connection: &mut Connection) -> Result<(), StoreError> {
    if connection.any("crowded WHERE counts > 1", &[])? {
        connection.execute(include_str!("05_add_up.sql"))?;
    }
    if connection.any("crowded WHERE seats > 0", &[])? {
        if let Connection::Sqlite(_) = connection {
            connection.execute("CREATE INDEX src_ordinal ON src (ordinal)")?;
        }
        connection.execute(include_str!("05_deduplicate.sql"))?;
    }
    Ok(())
}
