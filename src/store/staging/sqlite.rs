//! Staging into SQLite: cached inserts on a thread of their own, all rows in one transaction on the temporary
//! database, which locks nothing that others see.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use super::batch_writer::insert_beside;
use super::{EntrySink, PlaceSink, entry_kind, place_kind, verdict};
use crate::model::{Entry, EntryKind, Place};
use crate::store::error::StoreError;
use crate::store::values::Moment;

diesel::table! {
    use diesel::sql_types::*;
    use super::Moment;

    stage_place (ordinal) {
        ordinal -> BigInt, part -> Integer, uid -> Nullable<Text>, kind -> Text, parent -> Nullable<BigInt>, position -> BigInt,
        external_id -> Nullable<BigInt>, external_uid -> Nullable<Text>, name -> Nullable<Text>,
        address -> Nullable<Text>, place_limit -> Nullable<BigInt>, region_id -> Nullable<BigInt>,
        capacity -> Nullable<Integer>, stated_hall -> Nullable<BigInt>, says_active -> Bool,
        deleted_at -> Nullable<Moment>, problem -> Nullable<Text>, notice -> Nullable<Text>,
        verdict -> Nullable<Text>,
    }
}

diesel::table! {
    stage_entry (ordinal) {
        ordinal -> BigInt, start_time -> Nullable<Text>, hall_external_id -> Nullable<BigInt>,
        room_external_id -> Nullable<BigInt>, profile_exam_id -> Nullable<BigInt>, place_id -> Nullable<BigInt>,
        participant_count -> Nullable<Integer>, part -> Integer, uid -> Nullable<Text>, kind -> Text,
        participant_id -> Nullable<Text>, participant_name -> Nullable<Text>, exam_title -> Nullable<Text>,
        problem -> Nullable<Text>, notice -> Nullable<Text>,
    }
}

pub(super) fn places(
    connection: &mut SqliteConnection,
    fill: &mut dyn FnMut(&mut PlaceSink<'_>),
) -> Result<(), StoreError> {
    in_one_savepoint(connection, |connection| {
        let insert = |places: &[(i32, Place)]| {
            places.iter().try_for_each(|(part, place)| insert_place(connection, *part, place).map(drop))
        };
        insert_beside(insert, fill)
    })
}

pub(super) fn entries(
    connection: &mut SqliteConnection,
    fill: &mut dyn FnMut(&mut EntrySink<'_>),
) -> Result<(), StoreError> {
    in_one_savepoint(connection, |connection| {
        let insert = |entries: &[(i32, Entry)]| {
            entries
                .chunk_by(|(_, one), (_, next)| one.start_time == next.start_time)
                .try_for_each(|of_one_start| insert_entries(connection, of_one_start))
        };
        insert_beside(insert, fill)
    })
}

/// A savepoint outside a transaction is a deferred transaction; inside one (a dry run) it nests.
pub(in crate::store) fn in_one_savepoint(
    connection: &mut SqliteConnection,
    work: impl FnOnce(&mut SqliteConnection) -> QueryResult<()>,
) -> Result<(), StoreError> {
    connection.batch_execute("SAVEPOINT staging")?;
    match work(connection) {
        Ok(()) => Ok(connection.batch_execute("RELEASE staging")?),
        Err(error) => {
            connection.batch_execute("ROLLBACK TO staging; RELEASE staging")?;
            Err(error.into())
        }
    }
}

fn insert_place(connection: &mut SqliteConnection, part: i32, place: &Place) -> QueryResult<usize> {
    use stage_place::dsl;
    diesel::insert_into(dsl::stage_place)
        .values((
            dsl::ordinal.eq(place.ordinal),
            dsl::part.eq(part),
            dsl::uid.eq(place.local_uid.map(|uid| uid.to_string())),
            dsl::kind.eq(place_kind(place)),
            dsl::parent.eq(place.parent),
            dsl::position.eq(place.position),
            dsl::external_id.eq(place.external_id),
            dsl::external_uid.eq(place.external_uid.as_deref()),
            dsl::name.eq(place.name.as_deref()),
            dsl::address.eq(place.address.as_deref()),
            dsl::place_limit.eq(place.place_limit),
            dsl::region_id.eq(place.region_id),
            dsl::capacity.eq(place.capacity),
            dsl::stated_hall.eq(place.stated_hall),
            dsl::says_active.eq(place.says_active),
            dsl::deleted_at.eq(place.deleted_at),
            dsl::problem.eq(place.problem.as_deref()),
            dsl::notice.eq(place.notice.as_deref()),
            dsl::verdict.eq(verdict(place.problem.as_deref())),
        ))
        .execute(connection)
}

/// Enough that the time is that of the values: one by one, an unchanged pass took a tenth longer.
const COUNTS_AT_ONCE: usize = 16;

/// Counts with nothing more to say but a title, which most entries are, share a statement. Binding takes as long as inserting: what
/// they do not have is not bound.
fn insert_entries(connection: &mut SqliteConnection, of_one_start: &[(i32, Entry)]) -> QueryResult<()> {
    use stage_entry::dsl;
    // Text, and not a time that is formatted again for each row.
    let start_time = of_one_start.first().and_then(|(_, entry)| entry.start_time);
    let start_time = start_time.map(|start| start.format("%H:%M:%S").to_string());
    let count = |(part, entry): &(i32, Entry)| {
        (
            dsl::ordinal.eq(entry.ordinal()),
            // Rows that share a statement must own their values.
            dsl::start_time.eq(start_time.clone()),
            dsl::hall_external_id.eq(entry.hall_external_id),
            dsl::room_external_id.eq(entry.room_external_id),
            dsl::participant_count.eq(entry.participant_count),
            dsl::part.eq(*part),
        )
    };
    for some in of_one_start.chunks(COUNTS_AT_ONCE) {
        if let Some(counts) = some.first_chunk::<COUNTS_AT_ONCE>()
            && counts.iter().all(|(_, entry)| says_no_more(entry))
        {
            if counts.iter().all(|(_, entry)| entry.exam_title.is_none()) {
                let counts = counts.each_ref().map(count);
                diesel::insert_into(dsl::stage_entry).values(counts).execute(connection)?;
            } else {
                let titled = |one: &(i32, Entry)| (count(one), dsl::exam_title.eq(one.1.exam_title.clone()));
                let counts = counts.each_ref().map(titled);
                diesel::insert_into(dsl::stage_entry).values(counts).execute(connection)?;
            }
            continue;
        }
        for one @ (_, entry) in some {
            let more = (
                dsl::uid.eq(entry.local_uid.map(|uid| uid.to_string())),
                dsl::kind.eq(entry_kind(entry)),
                dsl::profile_exam_id.eq(entry.profile_exam_id),
                dsl::place_id.eq(entry.place_id),
                dsl::participant_id.eq(entry.participant_id.as_deref()),
                dsl::participant_name.eq(entry.participant_name.as_deref()),
                dsl::exam_title.eq(entry.exam_title.as_deref()),
                dsl::problem.eq(entry.problem.as_deref()),
                dsl::notice.eq(entry.notice.as_deref()),
            );
            diesel::insert_into(dsl::stage_entry).values((count(one), more)).execute(connection)?;
        }
    }
    Ok(())
}

/// Whether it is a count with no more to it than its room, people and title.
fn says_no_more(entry: &Entry) -> bool {
    entry.kind == EntryKind::Count
        && entry.problem.is_none()
        && entry.notice.is_none()
        && entry.local_uid.is_none()
}
