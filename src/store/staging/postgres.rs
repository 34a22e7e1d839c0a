//! Staging into PostgreSQL: one `COPY … FROM STDIN` in text format (PostgreSQL manual, "COPY", File Formats).

use std::cell::RefCell;
use std::fmt::{Display, Write as _};
use std::io::Write;

use diesel::pg::CopyFormat;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

use super::{Closed, EntrySink, PlaceSink, entry_kind, place_kind, time, timestamp, verdict};
use crate::model::{Entry, Place};
use crate::store::error::StoreError;

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
        ordinal -> BigInt, part -> Integer, uid -> Nullable<Uuid>, kind -> Text, slot -> BigInt, position -> BigInt,
        start_time -> Nullable<Time>, hall_external_id -> Nullable<BigInt>, room_external_id -> Nullable<BigInt>,
        profile_exam_id -> Nullable<BigInt>, place_id -> Nullable<BigInt>, participant_count -> Nullable<Integer>,
        participant_id -> Nullable<Text>, participant_name -> Nullable<Text>, exam_title -> Nullable<Text>,
        problem -> Nullable<Text>, notice -> Nullable<Text>,
    }
}

/// Large enough that a message to the server is worth its overhead, small enough not to matter.
const BUFFER_BYTES: usize = 64 * 1024;

pub(super) fn places(
    connection: &mut PgConnection,
    fill: &mut dyn FnMut(&mut PlaceSink<'_>),
) -> Result<(), StoreError> {
    let with_uids = first_load(connection)?;
    let fill = RefCell::new(fill);
    diesel::copy_from(stage_place::table)
        .from_raw_data(stage_place::table, |sink: &mut dyn Write| {
            let mut lines = Lines::new(sink, with_uids);
            (fill.borrow_mut())(&mut |part, place| lines.place(part, place));
            lines.finish()
        })
        .with_format(CopyFormat::Text)
        .execute(connection)?;
    Ok(())
}

pub(super) fn entries(
    connection: &mut PgConnection,
    fill: &mut dyn FnMut(&mut EntrySink<'_>),
) -> Result<(), StoreError> {
    let with_uids = first_load(connection)?;
    let fill = RefCell::new(fill);
    diesel::copy_from(stage_entry::table)
        .from_raw_data(stage_entry::table, |sink: &mut dyn Write| {
            let mut lines = Lines::new(sink, with_uids);
            (fill.borrow_mut())(&mut |part, entry| lines.entry(part, entry));
            lines.finish()
        })
        .with_format(CopyFormat::Text)
        .execute(connection)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Pass {
    #[diesel(sql_type = Bool)]
    first_load: bool,
}

/// On a first load uids are made here, beside the server's work: there, they are a tenth of it.
fn first_load(connection: &mut PgConnection) -> Result<bool, StoreError> {
    let rows: Vec<Pass> = diesel::sql_query("SELECT first_load FROM pass").load(connection)?;
    Ok(rows.iter().any(|pass| pass.first_load))
}

/// Writes rows as lines of COPY's text format, and remembers when the server takes no more.
struct Lines<'a> {
    sink: &'a mut dyn Write,
    buffer: String,
    with_uids: bool,
    failure: Option<std::io::Error>,
}

impl<'a> Lines<'a> {
    fn new(sink: &'a mut dyn Write, with_uids: bool) -> Self {
        Self { sink, buffer: String::with_capacity(BUFFER_BYTES + 4096), with_uids, failure: None }
    }

    fn place(&mut self, part: i32, place: &Place) -> Result<(), Closed> {
        self.plain(Some(place.ordinal));
        self.plain(Some(part));
        self.plain(self.with_uids.then(Uuid::new_v4));
        self.plain(Some(place_kind(place)));
        self.plain(place.parent);
        self.plain(Some(place.position));
        self.plain(place.external_id);
        self.text(place.external_uid.as_deref());
        self.text(place.name.as_deref());
        self.text(place.address.as_deref());
        self.plain(place.place_limit);
        self.plain(place.region_id);
        self.plain(place.capacity);
        self.plain(place.stated_hall);
        self.plain(Some(if place.says_active { 't' } else { 'f' }));
        self.plain(place.deleted_at.map(timestamp));
        self.text(place.problem.as_deref());
        self.text(place.notice.as_deref());
        self.plain(verdict(place.problem.as_deref()));
        self.end_line()
    }

    fn entry(&mut self, part: i32, entry: &Entry) -> Result<(), Closed> {
        self.plain(Some(entry.ordinal));
        self.plain(Some(part));
        self.plain(self.with_uids.then(Uuid::new_v4));
        self.plain(Some(entry_kind(entry)));
        self.plain(Some(entry.slot));
        self.plain(Some(entry.position));
        self.plain(entry.start_time.map(time));
        self.plain(entry.hall_external_id);
        self.plain(entry.room_external_id);
        self.plain(entry.profile_exam_id);
        self.plain(entry.place_id);
        self.plain(entry.participant_count);
        self.text(entry.participant_id.as_deref());
        self.text(entry.participant_name.as_deref());
        self.text(entry.exam_title.as_deref());
        self.text(entry.problem.as_deref());
        self.text(entry.notice.as_deref());
        self.end_line()
    }

    /// A value that needs no escaping.
    fn plain(&mut self, value: Option<impl Display>) {
        match value {
            // Writing to a String can't fail.
            Some(value) => drop(write!(self.buffer, "{value}\t")),
            None => self.buffer.push_str("\\N\t"),
        }
    }

    fn text(&mut self, value: Option<&str>) {
        let Some(mut rest) = value else {
            self.buffer.push_str("\\N\t");
            return;
        };
        while let Some(at) = rest.find(['\\', '\t', '\n', '\r']) {
            self.buffer.push_str(&rest[..at]);
            self.buffer.push_str(match rest.as_bytes()[at] {
                b'\\' => "\\\\",
                b'\t' => "\\t",
                b'\n' => "\\n",
                _ => "\\r",
            });
            rest = &rest[at + 1..];
        }
        self.buffer.push_str(rest);
        self.buffer.push('\t');
    }

    fn end_line(&mut self) -> Result<(), Closed> {
        self.buffer.pop();
        self.buffer.push('\n');
        if self.buffer.len() >= BUFFER_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Closed> {
        let written = self.sink.write_all(self.buffer.as_bytes());
        self.buffer.clear();
        written.map_err(|failure| {
            self.failure = Some(failure);
            Closed
        })
    }

    fn finish(mut self) -> diesel::QueryResult<()> {
        let flushed = self.flush();
        match (self.failure, flushed) {
            (None, Ok(())) => Ok(()),
            (failure, _) => Err(diesel::result::Error::SerializationError(
                failure.map_or_else(|| "COPY was closed".into(), Into::into),
            )),
        }
    }
}
