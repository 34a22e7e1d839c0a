//! The reading side of the feed: bodies come in, records are decoded and staged, verdicts go back.

use std::collections::HashMap;
use std::io::Read;

use chrono::NaiveTime;
use tokio::sync::{mpsc, oneshot};

use super::RequestOutcome;
use super::presorted::entries::KeyOrder;
use super::presorted::halls::PlaceOrder;
use super::presorted::rooms::RoomKeys;
use crate::decode::{self, ExamDate};
use crate::exit::{Failure, FailureKind};
use crate::feed::{Body, Request, Unreadable};
use crate::model::{Entry, EntryKind, Presorted};
use crate::output::Bar;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::staging;

/// Where the bodies of one pass come in, and at last what became of each request.
pub(super) struct Incoming {
    pub(super) bodies: mpsc::Receiver<Body>,
    pub(super) answers: oneshot::Receiver<Vec<RequestOutcome>>,
}

impl Incoming {
    /// The answers, once all bodies are read.
    pub(super) fn answers(self) -> Result<Vec<RequestOutcome>, Failure> {
        self.answers
            .blocking_recv()
            .map_err(|_| Failure::new(FailureKind::Internal, "the pull ended without an answer"))
    }

    /// Decodes halls with their rooms into the staging table.
    pub(super) fn stage_halls(
        &mut self,
        connection: &mut Connection,
        first_load: bool,
        bar: &Bar,
    ) -> Result<StagedPlaces, StoreError> {
        let mut staged = StagedPlaces { bodies: 0, presorted: None };
        staging::places(connection, first_load, &mut |sink| {
            staged.bodies = self.read_each(|_, part, reader| {
                let mut counted = Counted::new(bar);
                let mut order = PlaceOrder::new();
                let read = decode::halls(reader, &mut |place| {
                    counted.count();
                    order.observe(place);
                    sink(part, place)
                });
                staged.presorted = order.rooms();
                read
            });
        })?;
        Ok(staged)
    }

    /// Decodes the rooms of each hall that answers into the staging table. `ordinals` says below which ordinal they
    /// stand.
    pub(super) fn stage_rooms(
        &mut self,
        connection: &mut Connection,
        first_load: bool,
        ordinals: &HashMap<Request, i64>,
        bar: &Bar,
    ) -> Result<StagedPlaces, StoreError> {
        let mut bodies = 0;
        let mut keys = RoomKeys::new();
        staging::places(connection, first_load, &mut |sink| {
            bodies = self.read_each(|request, part, reader| {
                let mut counted = Counted::new(bar);
                decode::rooms(reader, ordinals.get(&request).copied().unwrap_or(0), &mut |room| {
                    counted.count();
                    keys.observe(request, room);
                    sink(part, room)
                })
            });
        })?;
        Ok(StagedPlaces { bodies, presorted: keys.rooms() })
    }

    /// Decodes the participants of `exam_date` into the staging table.
    pub(super) fn stage_entries(
        &mut self,
        connection: &mut Connection,
        first_load: bool,
        exam_date: ExamDate,
        bar: &Bar,
    ) -> Result<StagedEntries, StoreError> {
        let mut staged = StagedEntries { bodies: 0, presorted: None, late_starts: false };
        staging::entries(connection, first_load, &mut |sink| {
            staged.bodies = self.read_each(|_, part, reader| {
                let mut counted = Counted::new(bar);
                let mut order = KeyOrder::new();
                let mut starts = Starts::default();
                let read = decode::participants(reader, exam_date, &mut |entry| {
                    counted.count();
                    order.observe(entry);
                    starts.observe(entry);
                    sink(part, entry)
                });
                staged.late_starts |= starts.late;
                staged.presorted = order.entries();
                read
            });
        })?;
        Ok(staged)
    }

    /// Reads body after body and sends each verdict back, until there are no more or reading is given up. Says how
    /// many there were.
    fn read_each(
        &mut self,
        mut read: impl FnMut(Request, i32, Box<dyn Read + Send>) -> Result<(), Unreadable>,
    ) -> usize {
        let mut bodies = 0;
        while let Some(Body { request, part, reader, verdict }) = self.bodies.blocking_recv() {
            bodies += 1;
            let read = read(request, part, reader);
            let given_up = matches!(read, Err(Unreadable::Abandoned));
            // Nobody waits for it when the command is being stopped, which is no error.
            let _ = verdict.send(read);
            if given_up {
                break;
            }
        }
        bodies
    }
}

/// What was staged of halls or rooms.
#[derive(Debug, Clone, Copy)]
pub(super) struct StagedPlaces {
    /// Bodies, those of broken attempts included.
    pub(super) bodies: usize,
    /// How many rooms there are, if it was seen while reading that nothing is wrong with any record and no key comes
    /// twice. Of halls it is of the last body, the only one that can be kept; of rooms it is of all bodies, and holds
    /// of what is kept only where all are kept.
    pub(super) presorted: Option<Presorted>,
}

/// What was staged of a date.
#[derive(Debug, Clone, Copy)]
pub(super) struct StagedEntries {
    /// Bodies, those of broken attempts included.
    pub(super) bodies: usize,
    /// How many entries the last body has, the only one that can be kept, if they came in the order of their keys.
    pub(super) presorted: Option<Presorted>,
    /// What a slot says of its start does not stand in all of its entries.
    pub(super) late_starts: bool,
}

/// Watches whether slots tell their start before their entries, as most feeds do.
#[derive(Default)]
struct Starts {
    of_last: Option<Option<NaiveTime>>,
    late: bool,
}

impl Starts {
    fn observe(&mut self, entry: &Entry) {
        match entry.kind {
            EntryKind::Count | EntryKind::Seat => self.of_last = Some(entry.start_time),
            EntryKind::Slot => {
                self.late |= entry.problem.is_some()
                    || self.of_last.take().is_some_and(|start| start != entry.start_time);
            }
        }
    }
}

/// Tells a bar of records in steps: a bar is not free.
struct Counted<'a> {
    bar: &'a Bar,
    since: u64,
}

impl<'a> Counted<'a> {
    const STEP: u64 = 500;

    fn new(bar: &'a Bar) -> Self {
        Self { bar, since: 0 }
    }

    fn count(&mut self) {
        self.since += 1;
        if self.since == Self::STEP {
            self.bar.add_records(self.since);
            self.since = 0;
        }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.bar.add_records(self.since);
    }
}
