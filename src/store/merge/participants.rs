//! The merge of one exam date's participants.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Text};

use super::{Compared, Count, changes, compared, leave_out_unchanged};
use crate::report::Change;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// What the guard weighs of one date; rows that have begun do not count (contract §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Loss {
    /// Active rows now.
    #[diesel(sql_type = BigInt)]
    pub rows_before: i64,
    /// Their people.
    #[diesel(sql_type = BigInt)]
    pub people_before: i64,
    /// Active rows that would be deactivated.
    #[diesel(sql_type = BigInt)]
    pub rows_gone: i64,
    /// Rows that would be created or reactivated.
    #[diesel(sql_type = BigInt)]
    pub rows_gained: i64,
    /// People lost, net of people gained.
    #[diesel(sql_type = BigInt)]
    pub people_lost: i64,
}

/// One active row that would go or lose people.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Losing {
    /// The row's key, as a person would say it.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// People that it would be left with.
    #[diesel(sql_type = Integer)]
    pub left_over: i32,
    /// People that it has.
    #[diesel(sql_type = Integer)]
    pub people: i32,
}

/// Gives every staged entry the start of its slot, which only the slot itself says for certain.
///
/// # Errors
/// When the database fails.
pub fn late_starts(connection: &mut Connection) -> Result<(), StoreError> {
    connection.execute(include_str!("participants/1_late_starts.sql"))
}

/// Puts every staged entry beside its room and the live row that it is about, and says whether any names a
/// hall or room that is not known here, so that pulling the halls and resolving again may help.
///
/// `in_key_order` is the number of entries of a feed that came in the order of its keys: no two of its entries
/// have one key, there are no seats, and those that are as they are here are left out.
///
/// # Errors
/// When the database fails.
pub fn resolve(connection: &mut Connection, in_key_order: Option<i64>) -> Result<bool, StoreError> {
    connection.drop_temporary(&["src"])?;
    leave_out_unchanged(connection, in_key_order)?;
    connection.execute(include_str!("participants/1_resolve.sql"))?;
    if let Connection::Sqlite(_) = connection {
        connection.execute("CREATE INDEX src_target_id ON src (target_id); ANALYZE src")?;
    }
    let rows: Vec<Count> = connection.rows(
        "SELECT count(*) AS count FROM (SELECT 1 AS one FROM src WHERE verdict = 'unknown_room' LIMIT 1) AS unknown",
    )?;
    Ok(rows.iter().any(|row| row.count > 0))
}

/// What the comparison found: which of the steps have anything to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Weighed {
    /// Rows that are new.
    #[diesel(sql_type = BigInt)]
    created: i64,
    /// Rows that change.
    #[diesel(sql_type = BigInt)]
    updated: i64,
    /// Active rows that the feed does not hold.
    #[diesel(sql_type = BigInt)]
    unseen: i64,
    /// Active rows that get a stamp when they are seen.
    #[diesel(sql_type = BigInt)]
    due: i64,
    /// Entries that a person must hear of.
    #[diesel(sql_type = BigInt)]
    odd: i64,
    /// Rooms at a start time that have more people than seats, or else, in a feed of any order, seats or two counts.
    #[diesel(sql_type = BigInt)]
    crowded: i64,
    /// The most seats that one of them has in the feed.
    #[diesel(sql_type = BigInt)]
    seats: i64,
}

/// Compares what is resolved with the live rows of the date; `in_key_order` is that of [`resolve`].
///
/// # Errors
/// When the database fails.
pub fn compare(connection: &mut Connection, in_key_order: Option<i64>) -> Result<Weighed, StoreError> {
    if in_key_order.is_some() {
        connection.execute(include_str!("participants/4_weigh.sql"))?;
        if !differences_suffice(connection)? {
            connection.drop_temporary(&["weighed"])?;
            resolve(connection, None)?;
            connection.execute(include_str!("participants/4_weigh.sql"))?;
        }
        connection.execute(include_str!("participants/4_overfull.sql"))?;
    } else {
        connection.execute(include_str!("participants/2_crowded.sql"))?;
        let crowded: Vec<Count> = connection.rows("SELECT count(*) AS count FROM crowded")?;
        if crowded.iter().any(|row| row.count > 0) {
            screen(connection)?;
        }
        connection.execute(include_str!("participants/4_weigh.sql"))?;
    }
    connection.execute(include_str!("participants/4_differ.sql"))?;
    let rows: Vec<Weighed> = connection.rows(
        "SELECT created, updated, (SELECT count(*) FROM unseen) AS unseen, due, (SELECT count(*) FROM odd) AS odd,
                (SELECT count(*) FROM crowded) AS crowded,
                CAST((SELECT coalesce(max(seats), 0) FROM crowded) AS bigint) AS seats
         FROM weighed",
    )?;
    let weighed = rows.into_iter().next();
    weighed.ok_or_else(|| StoreError::Other("the comparison of participants found nothing at all".into()))
}

/// Whether what differs is enough. Which rows the feed does not hold, and which have none but a bad record, only
/// all of it can tell.
fn differences_suffice(connection: &mut Connection) -> Result<bool, StoreError> {
    let rows: Vec<Count> =
        connection.rows("SELECT count(*) AS count FROM weighed WHERE active <= seen AND doubtful = 0")?;
    Ok(rows.iter().any(|row| row.count > 0))
}

fn screen(connection: &mut Connection) -> Result<(), StoreError> {
    if let Connection::Sqlite(_) = connection {
        connection.execute("CREATE INDEX src_ordinal ON src (ordinal)")?;
    }
    connection.execute(include_str!("participants/3_screen.sql"))
}

/// The counts of the date.
///
/// # Errors
/// When the database fails.
pub fn counts(connection: &mut Connection) -> Result<Compared, StoreError> {
    let rows = compared(connection, include_str!("participants/counts.sql"))?;
    match rows.as_slice() {
        [(_, participants)] => Ok(*participants),
        _ => Err(StoreError::Other("the comparison of participants gave no counts".into())),
    }
}

/// What the guard weighs.
///
/// # Errors
/// When the database fails.
pub fn loss(connection: &mut Connection) -> Result<Loss, StoreError> {
    let rows: Vec<Loss> = connection.rows(include_str!("participants/guard.sql"))?;
    rows.into_iter()
        .next()
        .ok_or_else(|| StoreError::Other("the comparison of participants gave no sums".into()))
}

/// The rows that would go or lose people, by key.
///
/// # Errors
/// When the database fails.
pub fn losing(connection: &mut Connection) -> Result<Vec<Losing>, StoreError> {
    connection.rows(include_str!("participants/losing.sql"))
}

/// Collects the notices; nothing that others see is touched.
///
/// # Errors
/// When the database fails.
pub fn tell(connection: &mut Connection, weighed: &Weighed) -> Result<(), StoreError> {
    if weighed.odd + weighed.unseen + weighed.crowded > 0 {
        connection.execute(include_str!("participants/5_notices.sql"))?;
    }
    if weighed.seats > 0 {
        connection.execute(include_str!("participants/6_seats.sql"))?;
    }
    Ok(())
}

/// Writes the audit and applies everything.
///
/// # Errors
/// When the database fails.
pub fn apply(connection: &mut Connection, weighed: &Weighed) -> Result<(), StoreError> {
    let insert = match connection {
        // One room after the other: the index and the check of the foreign key find their pages in memory.
        Connection::Postgres(..) => {
            concat!(include_str!("participants/12_insert.sql"), "ORDER BY s.room_id, s.start_time")
        }
        // In the order of the feed: so the next one finds its rows one after the other.
        Connection::Sqlite(_) => include_str!("participants/12_insert.sql"),
    };
    let steps = [
        (weighed.updated + weighed.unseen, include_str!("participants/7_audit.sql")),
        (weighed.unseen, include_str!("participants/8_retire.sql")),
        (weighed.updated, include_str!("participants/9_update.sql")),
        (weighed.odd, include_str!("participants/10_mark.sql")),
        (weighed.due, include_str!("participants/11_stamp.sql")),
        (weighed.created, insert),
    ];
    for (_, sql) in steps.into_iter().filter(|(rows, _)| *rows > 0) {
        connection.execute(sql)?;
    }
    Ok(())
}

/// Confirms every active row of the date, and returns how many there are.
///
/// # Errors
/// When the database fails.
pub fn confirm(connection: &mut Connection) -> Result<i64, StoreError> {
    connection.execute(include_str!("participants/confirm.sql"))?;
    let rows: Vec<Count> = connection.rows(
        "SELECT count(*) AS count FROM participants WHERE exam_date = (SELECT exam_date FROM pass) AND is_active",
    )?;
    Ok(rows.iter().map(|row| row.count).sum())
}

/// What would change, by name.
///
/// # Errors
/// When the database fails.
pub fn changed(connection: &mut Connection) -> Result<Vec<Change>, StoreError> {
    changes(connection, include_str!("participants/changes.sql"))
}
