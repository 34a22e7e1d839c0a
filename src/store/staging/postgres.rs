//! Staging into PostgreSQL: one `COPY … FROM STDIN` in binary format (PostgreSQL manual, "COPY", Binary Format).

use std::cell::RefCell;
use std::io::Write;

use chrono::Timelike as _;
use diesel::pg::CopyFormat;
use diesel::prelude::*;
use uuid::Uuid;

use super::{EntrySink, PlaceSink, entry_kind, place_kind, verdict};
use crate::model::{Entry, Place, Stopped};
use crate::store::error::StoreError;
use crate::store::postgres::copy_watch::{CopyWatch, Watched};
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

/// Large enough that a message to the server is worth its overhead, small enough not to matter.
const BUFFER_BYTES: usize = 64 * 1024;

/// The signature, no flags, and no extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// Where a tuple would say how many fields it has: there are no more tuples.
const TRAILER: i16 = -1;

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
            watch.waits(false);
            let mut sink = Watched { sink, watch };
            let mut tuples = Tuples::new(&mut sink, with_uids);
            (fill.borrow_mut())(&mut |part, place| tuples.place(part, place));
            let finished = tuples.finish();
            // For the server's last word.
            watch.waits(true);
            finished
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
            watch.waits(false);
            let mut sink = Watched { sink, watch };
            let mut tuples = Tuples::new(&mut sink, with_uids);
            (fill.borrow_mut())(&mut |part, entry| tuples.entry(part, entry));
            let finished = tuples.finish();
            // For the server's last word.
            watch.waits(true);
            finished
        })
        .with_format(CopyFormat::Binary)
        .execute(connection)?;
    Ok(())
}

/// Writes rows as tuples of COPY's binary format, and remembers when the server takes no more.
struct Tuples<'a> {
    sink: &'a mut dyn Write,
    buffer: Vec<u8>,
    with_uids: bool,
    failure: Option<std::io::Error>,
}

impl<'a> Tuples<'a> {
    fn new(sink: &'a mut dyn Write, with_uids: bool) -> Self {
        let mut buffer = Vec::with_capacity(BUFFER_BYTES + 4096);
        buffer.extend_from_slice(HEADER);
        Self { sink, buffer, with_uids, failure: None }
    }

    fn place(&mut self, part: i32, place: &Place) -> Result<(), Stopped> {
        self.begin(19);
        self.bigint(Some(place.ordinal));
        self.integer(Some(part));
        self.uid(place.local_uid);
        self.text(Some(place_kind(place)));
        self.bigint(place.parent);
        self.bigint(Some(place.position));
        self.bigint(place.external_id);
        self.text(place.external_uid.as_deref());
        self.text(place.name.as_deref());
        self.text(place.address.as_deref());
        self.bigint(place.place_limit);
        self.bigint(place.region_id);
        self.integer(place.capacity);
        self.bigint(place.stated_hall);
        self.field(Some([u8::from(place.says_active)]));
        self.bigint(place.deleted_at.map(postgres_microseconds));
        self.text(place.problem.as_deref());
        self.text(place.notice.as_deref());
        self.text(verdict(place.problem.as_deref()));
        self.end()
    }

    fn entry(&mut self, part: i32, entry: &Entry) -> Result<(), Stopped> {
        self.begin(15);
        self.bigint(Some(entry.ordinal()));
        self.bigint(entry.start_time.map(|start| i64::from(start.num_seconds_from_midnight()) * 1_000_000));
        self.bigint(entry.hall_external_id);
        self.bigint(entry.room_external_id);
        self.bigint(entry.profile_exam_id);
        self.bigint(entry.place_id);
        self.integer(entry.participant_count);
        self.integer(Some(part));
        self.uid(entry.local_uid);
        self.text(Some(entry_kind(entry)));
        self.text(entry.participant_id.as_deref());
        self.text(entry.participant_name.as_deref());
        self.text(entry.exam_title.as_deref());
        self.text(entry.problem.as_deref());
        self.text(entry.notice.as_deref());
        self.end()
    }

    fn begin(&mut self, fields: i16) {
        self.buffer.extend_from_slice(&fields.to_be_bytes());
    }

    fn bigint(&mut self, value: Option<i64>) {
        self.field(value.map(i64::to_be_bytes));
    }

    fn integer(&mut self, value: Option<i32>) {
        self.field(value.map(i32::to_be_bytes));
    }

    fn uid(&mut self, given: Option<Uuid>) {
        let uid = given.or_else(|| self.with_uids.then(Uuid::new_v4));
        self.field(uid.map(Uuid::into_bytes));
    }

    fn text(&mut self, value: Option<&str>) {
        self.field(value);
    }

    /// A field is its length and its bytes; of null the length is -1.
    fn field(&mut self, value: Option<impl AsRef<[u8]>>) {
        let Some(value) = value else {
            self.buffer.extend_from_slice(&(-1_i32).to_be_bytes());
            return;
        };
        let bytes = value.as_ref();
        // No text of a feed comes near 2 GiB: decode/limit.rs refuses one of more than 1 MiB.
        let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
        self.buffer.extend_from_slice(&length.to_be_bytes());
        self.buffer.extend_from_slice(bytes);
    }

    fn end(&mut self) -> Result<(), Stopped> {
        if self.buffer.len() >= BUFFER_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Stopped> {
        let written = self.sink.write_all(&self.buffer);
        self.buffer.clear();
        written.map_err(|failure| {
            self.failure = Some(failure);
            Stopped
        })
    }

    fn finish(mut self) -> diesel::QueryResult<()> {
        self.begin(TRAILER);
        let flushed = self.flush();
        match (self.failure, flushed) {
            (None, Ok(())) => Ok(()),
            (failure, _) => Err(diesel::result::Error::SerializationError(
                failure.map_or_else(|| "COPY was closed".into(), Into::into),
            )),
        }
    }
}
