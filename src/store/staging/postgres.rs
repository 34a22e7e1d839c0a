//! Staging into PostgreSQL: one `COPY … FROM STDIN` in binary format.

use std::cell::RefCell;
use std::io::Write;

use chrono::Timelike as _;
use diesel::pg::CopyFormat;
use diesel::prelude::*;
use uuid::Uuid;

use super::{EntrySink, PlaceSink, entry_kind, place_kind, verdict};
use crate::model::{Entry, Place, Stopped};
use crate::store::error::StoreError;
use crate::store::postgres::copy_watch::CopyWatch;
use crate::store::postgres::tuples::{self, Tuples};
use crate::store::values::postgres_microseconds;

diesel::table! {
    stage_place (ordinal) {
        ordinal -> BigInt, part -> Integer, uid -> Nullable<Uuid>, kind -> Text, parent -> Nullable<BigInt>, position -> BigInt,
        external_id -> Nullable<BigInt>, external_uid -> Nullable<Text>, name -> Nullable<Text>,
        address -> Nullable<Text>, place_limit -> Nullable<BigInt>, region_id -> Nullable<BigInt>,
        capacity -> Nullable<Integer>, stated_hall -> Nullable<BigInt>, says_active -> Bool,
        deleted_at -> Nullable<Timestamptz>, problem -> Nullable<Text>, notice -> Nullable<Text>,
        verdict -> Nullable<Text>,
    }
}

diesel::table! {
    stage_entry (ordinal) {
        ordinal -> BigInt, start_time -> Nullable<Time>, hall_external_id -> Nullable<BigInt>,
        room_external_id -> Nullable<BigInt>, profile_exam_id -> Nullable<BigInt>, place_id -> Nullable<BigInt>,
        participant_count -> Nullable<Integer>, part -> Integer, uid -> Nullable<Uuid>, kind -> Text,
        participant_id -> Nullable<Text>, participant_name -> Nullable<Text>, exam_title -> Nullable<Text>,
        problem -> Nullable<Text>, notice -> Nullable<Text>,
    }
}

/// Stages halls and rooms. `with_uids`, as on a first load, generates the uids of the new rows here, in parallel with
/// the server's work, of which they would be a tenth.
pub(super) fn places(
    connection: &mut PgConnection,
    with_uids: bool,
    fill: &mut dyn FnMut(&mut PlaceSink<'_>),
    watch: &CopyWatch,
) -> Result<(), StoreError> {
    let fill = RefCell::new(fill);
    diesel::copy_from(stage_place::table)
        .from_raw_data(stage_place::table, |sink: &mut dyn Write| {
            tuples::copied(sink, watch, |tuples| {
                (fill.borrow_mut())(&mut |part, of_place| place(tuples, with_uids, part, of_place));
            })
        })
        .with_format(CopyFormat::Binary)
        .execute(connection)?;
    Ok(())
}

/// Stages participants; `with_uids` is as of [`places`].
pub(super) fn entries(
    connection: &mut PgConnection,
    with_uids: bool,
    fill: &mut dyn FnMut(&mut EntrySink<'_>),
    watch: &CopyWatch,
) -> Result<(), StoreError> {
    let fill = RefCell::new(fill);
    diesel::copy_from(stage_entry::table)
        .from_raw_data(stage_entry::table, |sink: &mut dyn Write| {
            tuples::copied(sink, watch, |tuples| {
                (fill.borrow_mut())(&mut |part, of_entry| entry(tuples, with_uids, part, of_entry));
            })
        })
        .with_format(CopyFormat::Binary)
        .execute(connection)?;
    Ok(())
}

fn place(tuples: &mut Tuples<'_>, with_uids: bool, part: i32, place: &Place) -> Result<(), Stopped> {
    tuples.begin(19);
    tuples.bigint(Some(place.ordinal));
    tuples.integer(Some(part));
    tuples.uuid(place.local_uid.or_else(|| with_uids.then(Uuid::new_v4)));
    tuples.text(Some(place_kind(place)));
    tuples.bigint(place.parent);
    tuples.bigint(Some(place.position));
    tuples.bigint(place.external_id);
    tuples.text(place.external_uid.as_deref());
    tuples.text(place.name.as_deref());
    tuples.text(place.address.as_deref());
    tuples.bigint(place.place_limit);
    tuples.bigint(place.region_id);
    tuples.integer(place.capacity);
    tuples.bigint(place.stated_hall);
    tuples.boolean(Some(place.says_active));
    tuples.bigint(place.deleted_at.map(postgres_microseconds));
    tuples.text(place.problem.as_deref());
    tuples.text(place.notice.as_deref());
    tuples.text(verdict(place.problem.as_deref()));
    tuples.end()
}

fn entry(tuples: &mut Tuples<'_>, with_uids: bool, part: i32, entry: &Entry) -> Result<(), Stopped> {
    tuples.begin(15);
    tuples.bigint(Some(entry.ordinal()));
    tuples.bigint(entry.start_time.map(|start| i64::from(start.num_seconds_from_midnight()) * 1_000_000));
    tuples.bigint(entry.hall_external_id);
    tuples.bigint(entry.room_external_id);
    tuples.bigint(entry.profile_exam_id);
    tuples.bigint(entry.place_id);
    tuples.integer(entry.participant_count);
    tuples.integer(Some(part));
    tuples.uuid(entry.local_uid.or_else(|| with_uids.then(Uuid::new_v4)));
    tuples.text(Some(entry_kind(entry)));
    tuples.text(entry.participant_id.as_deref());
    tuples.text(entry.participant_name.as_deref());
    tuples.text(entry.exam_title.as_deref());
    tuples.text(entry.problem.as_deref());
    tuples.text(entry.notice.as_deref());
    tuples.end()
}
