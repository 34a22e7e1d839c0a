//! The reading side of a pass: it decodes bodies, stages their records, and returns a verdict for each body.

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use chrono::NaiveTime;
use tokio::sync::{mpsc, oneshot};

use super::RequestOutcome;
use super::hashed_body::HashedBody;
use super::http_cache::Known;
use super::presorted::entries::KeyOrder;
use super::presorted::halls::PlaceOrder;
use super::presorted::rooms::RoomKeys;
use super::run::StagingTables;
use crate::decode::{self, ExamDate};
use crate::exit::{Failure, FailureKind};
use crate::feed::{AnswerContext, Body, Request, Unreadable};
use crate::model::{Entry, EntryKind, Presorted};
use crate::output::Bar;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::staging;

/// Receives the bodies of one pass, and in the end the result of each request.
pub(super) struct Incoming {
    bodies: mpsc::Receiver<Body>,
    answers: oneshot::Receiver<Vec<RequestOutcome>>,
    /// What is known of the answers of the last pass.
    known: Arc<Known>,
    /// By part: the SHA-256 of each body that was read whole, and whether it is that of the last pass.
    read: HashMap<i32, (String, bool)>,
}

impl Incoming {
    pub(super) fn new(
        bodies: mpsc::Receiver<Body>,
        answers: oneshot::Receiver<Vec<RequestOutcome>>,
        known: Arc<Known>,
    ) -> Self {
        Self { bodies, answers, known, read: HashMap::new() }
    }

    /// The results of the requests, available once all bodies are read.
    pub(super) fn answers(mut self) -> Result<Vec<RequestOutcome>, Failure> {
        let mut answers = self
            .answers
            .blocking_recv()
            .map_err(|_| Failure::new(FailureKind::Internal, "the pull ended without an answer"))?;
        for answer in &mut answers {
            let Ok(pulled) = &mut answer.pulled else { continue };
            let Some((sha256, is_known)) = pulled.part.and_then(|part| self.read.remove(&part)) else {
                continue;
            };
            if is_known {
                pulled.part = None;
            }
            if !is_known || !self.known.has_validators_of(answer.request, pulled) {
                answer.body_sha256 = Some(sha256);
            }
        }
        Ok(answers)
    }

    /// Decodes halls with their rooms into the staging table.
    pub(super) fn stage_halls(
        &mut self,
        connection: &mut Connection,
        tables: &StagingTables,
        bar: &Bar,
    ) -> Result<StagedPlaces, StoreError> {
        let mut staged = StagedPlaces { bodies: 0, presorted: None };
        let Some(first) = self.next_new() else { return Ok(staged) };
        let mut first = Some(first);
        tables.open(connection)?;
        staging::places(connection, tables.facts.first_load, &mut |sink| {
            staged.bodies = self.read_each(first.take(), |_, part, context, reader| {
                let mut counted = Counted::new(bar);
                let mut order = PlaceOrder::new();
                let read = decode::halls(reader, context, &mut |place| {
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

    /// Decodes the rooms of each hall that answers into the staging table. `ordinals` holds the ordinal before the first
    /// room of each request.
    pub(super) fn stage_rooms(
        &mut self,
        connection: &mut Connection,
        tables: &StagingTables,
        ordinals: &HashMap<Request, i64>,
        bar: &Bar,
    ) -> Result<StagedPlaces, StoreError> {
        let mut bodies = 0;
        let mut keys = RoomKeys::new();
        let Some(first) = self.next_new() else { return Ok(StagedPlaces { bodies, presorted: None }) };
        let mut first = Some(first);
        tables.open(connection)?;
        staging::places(connection, tables.facts.first_load, &mut |sink| {
            bodies = self.read_each(first.take(), |request, part, context, reader| {
                let mut counted = Counted::new(bar);
                let base = ordinals.get(&request).copied().unwrap_or(0);
                decode::rooms(reader, context, base, &mut |room| {
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
        tables: &StagingTables,
        exam_date: ExamDate,
        bar: &Bar,
    ) -> Result<StagedEntries, StoreError> {
        let mut staged = StagedEntries { bodies: 0, presorted: None, late_starts: false };
        let Some(first) = self.next_new() else { return Ok(staged) };
        let mut first = Some(first);
        tables.open(connection)?;
        staging::entries(connection, tables.facts.first_load, &mut |sink| {
            staged.bodies = self.read_each(first.take(), |_, part, context, reader| {
                let mut counted = Counted::new(bar);
                let mut order = KeyOrder::new();
                let mut starts = Starts::default();
                let read = decode::participants(reader, context, exam_date, &mut |entry| {
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

    /// Waits for a body that is not known to bring nothing new: the first one for which the staging tables are needed.
    fn next_new(&mut self) -> Option<NewBody> {
        while let Some(Body { request, part, context, reader, verdict }) = self.bodies.blocking_recv() {
            if !self.known.is_kept {
                return Some(NewBody { request, part, context, bytes: Bytes::Plain(reader), verdict });
            }
            let known = self.known.body_sha256_for(request);
            let body = HashedBody::new(reader, &context.headers, known.is_some());
            if known.is_none() || body.sha256_if_held().as_deref() != known {
                return Some(NewBody { request, part, context, bytes: Bytes::Hashed(body), verdict });
            }
            self.note_digest(request, part, body);
            // When the command is being stopped, the verdict has no receiver, which is not an error.
            let _ = verdict.send(Ok(()));
        }
        None
    }

    /// Decodes the bodies one by one, from `first` on, and returns each verdict, until there are no more or reading is
    /// aborted. One that is known to bring nothing new is not decoded. Returns the number of those that were.
    fn read_each(
        &mut self,
        first: Option<NewBody>,
        mut read: impl FnMut(Request, i32, &AnswerContext, &mut dyn Read) -> Result<(), Unreadable>,
    ) -> usize {
        let mut bodies = 0;
        let mut next = first;
        while let Some(NewBody { request, part, context, bytes, verdict }) = next {
            bodies += 1;
            let outcome = match bytes {
                Bytes::Plain(mut reader) => read(request, part, &context, &mut reader),
                Bytes::Hashed(mut body) => {
                    let outcome = read(request, part, &context, &mut body);
                    if outcome.is_ok() {
                        self.note_digest(request, part, body);
                    }
                    outcome
                }
            };
            let given_up = matches!(outcome, Err(Unreadable::Abandoned));
            // As of `next_new`.
            let _ = verdict.send(outcome);
            next = if given_up { None } else { self.next_new() };
        }
        bodies
    }

    /// Notes the digest of a body. What follows the document is read, too: one that breaks there has no digest, and its pull
    /// fails.
    fn note_digest(&mut self, request: Request, part: i32, body: HashedBody<Box<dyn Read + Send>>) {
        if let Ok(sha256) = body.sha256() {
            let is_known = self.known.body_sha256_for(request) == Some(sha256.as_str());
            self.read.insert(part, (sha256, is_known));
        }
    }
}

/// A body that may bring something new.
struct NewBody {
    request: Request,
    part: i32,
    context: AnswerContext,
    bytes: Bytes,
    verdict: oneshot::Sender<Result<(), Unreadable>>,
}

/// The bytes of a body.
enum Bytes {
    /// Nothing is kept of its source.
    Plain(Box<dyn Read + Send>),
    /// What is kept of it is its digest.
    Hashed(HashedBody<Box<dyn Read + Send>>),
}

/// What was staged for a pass over halls or rooms.
#[derive(Debug, Clone, Copy)]
pub(super) struct StagedPlaces {
    /// The number of bodies, including those of broken attempts.
    pub(super) bodies: usize,
    /// The number of rooms, if no record was bad and no key came twice. For a halls pass it is about the last body, the
    /// only one that can be kept. For a rooms pass it is about all bodies, and valid only if all of them are kept.
    pub(super) presorted: Option<Presorted>,
}

/// What was staged for a date.
#[derive(Debug, Clone, Copy)]
pub(super) struct StagedEntries {
    /// The number of bodies, including those of broken attempts.
    pub(super) bodies: usize,
    /// The number of entries of the last body, the only one that can be kept, if they came in key order.
    pub(super) presorted: Option<Presorted>,
    /// Whether a slot gave its start time after its entries, so that they have to be updated.
    pub(super) late_starts: bool,
}

/// Observes whether each slot gives its start time before its entries, as most feeds do.
#[derive(Default)]
pub(super) struct Starts {
    of_last: Option<Option<NaiveTime>>,
    /// Whether one did not.
    pub(super) late: bool,
}

impl Starts {
    pub(super) fn observe(&mut self, entry: &Entry) {
        match entry.kind {
            EntryKind::Count | EntryKind::Seat | EntryKind::Repeat => {
                self.of_last = Some(entry.start_time);
            }
            EntryKind::Slot => {
                self.late |= entry.problem.is_some()
                    || self.of_last.take().is_some_and(|start| start != entry.start_time);
            }
        }
    }
}

/// Counts records on a progress bar in steps, because updating the bar has a cost.
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
