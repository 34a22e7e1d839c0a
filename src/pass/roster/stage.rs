//! Stages what a source of a roster gives, each entity in its own table.

use std::collections::BTreeSet;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::{mem, panic, thread};

use serde_json::Value;

use super::RosterPull;
use crate::exit::{Failure, FailureKind};
use crate::model::Stopped;
use crate::model::entity::{ENTITIES, EntityKind, KeyedRecord};
use crate::pass::presorted::keyed::KeyedRecords;
use crate::pass::{Context, PassError};
use crate::source::roster_facts::SourceFacts;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::merge::credentials;
use crate::store::merge::keyed::{self, StagedRecords};

/// Records that are handed over at once.
const BATCH: usize = 500;
/// Batches that wait for the thread that stages them.
const MAX_WAITING: usize = 2;

type Batch = (EntityKind, Vec<KeyedRecord>);

/// What came of the reading.
pub(super) struct Staged {
    /// What the source says of itself.
    pub(super) facts: SourceFacts,
    observed: [KeyedRecords; 7],
}

impl Staged {
    /// What is staged of an entity.
    pub(super) fn of(&self, kind: EntityKind) -> StagedRecords {
        self.observed[kind as usize].staged()
    }
}

/// Reads the source, and returns what it says of itself. What is read is staged in another thread.
pub(super) fn stage(
    context: &Context,
    connection: &mut Connection,
    pull: &RosterPull,
    first_load: bool,
) -> Result<Staged, PassError> {
    keyed::open(connection)?;
    let credentials = pull.reading.credentials;
    if credentials {
        credentials::open(connection)?;
    }
    let mut missing = pull.users.clone();
    let (read, staged) = thread::scope(|scope| {
        let (sender, batches) = mpsc::sync_channel::<Batch>(MAX_WAITING);
        let staging = scope.spawn(move || insert(connection, &batches, credentials, first_load));
        let mut waiting = Waiting {
            context,
            sender,
            batches: Default::default(),
            observed: Default::default(),
            failure: None,
        };
        let read = pull.source.read(&pull.reading, &mut |kind, record| {
            if !pull.users.is_empty() && !is_of(&pull.users, kind, &record, &mut missing) {
                return Ok(());
            }
            waiting.add(kind, record)
        });
        let read = waiting.finish(read);
        (read, staging.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked)))
    });
    // Where staging failed, it knows better why the reading was stopped.
    staged?;
    let mut staged = read?;
    if !pull.users.is_empty() {
        staged.facts = staged.facts.of_people_alone(missing);
    }
    Ok(staged)
}

/// Stages what comes, in the order in which it comes.
fn insert(
    connection: &mut Connection,
    batches: &Receiver<Batch>,
    credentials: bool,
    first_load: bool,
) -> Result<(), StoreError> {
    let mut next = None;
    while let Some((kind, records)) = next.take().or_else(|| batches.recv().ok()) {
        let keeps = credentials && kind == EntityKind::Users;
        if keeps {
            credentials::stage(connection, &records)?;
        }
        next = Some((kind, records));
        let mut more = || {
            let (of, records) = match next.take() {
                Some(batch) => batch,
                // Nothing else is staged while records are copied.
                None if keeps => return None,
                None => batches.recv().ok()?,
            };
            if of == kind {
                return Some(records);
            }
            next = Some((of, records));
            None
        };
        keyed::stage(connection, kind, &mut more, first_load)?;
    }
    Ok(())
}

/// The records that wait for their statement, by entity.
struct Waiting<'a> {
    context: &'a Context,
    sender: SyncSender<Batch>,
    batches: [Vec<KeyedRecord>; 7],
    observed: [KeyedRecords; 7],
    /// Why the command stops.
    failure: Option<Failure>,
}

impl Waiting<'_> {
    fn add(&mut self, kind: EntityKind, record: KeyedRecord) -> Result<(), Stopped> {
        self.observed[kind as usize].observe(&record);
        let batch = &mut self.batches[kind as usize];
        batch.push(record);
        if batch.len() < BATCH { Ok(()) } else { self.send(kind) }
    }

    fn send(&mut self, kind: EntityKind) -> Result<(), Stopped> {
        if let Err(failure) = self.context.stop.check() {
            self.failure = Some(failure);
            return Err(Stopped);
        }
        let batch = mem::take(&mut self.batches[kind as usize]);
        if batch.is_empty() {
            return Ok(());
        }
        self.sender.send((kind, batch)).map_err(|_| Stopped)
    }

    /// Sends what is left after a reading that went well.
    fn finish(mut self, read: Result<SourceFacts, Failure>) -> Result<Staged, PassError> {
        let stopped = read.is_ok() && ENTITIES.iter().any(|entity| self.send(entity.kind).is_err());
        match self.failure {
            Some(failure) => Err(failure.into()),
            None if stopped => Err(Failure::new(FailureKind::Internal, "staging has stopped").into()),
            None => Ok(Staged { facts: read?, observed: self.observed }),
        }
    }
}

/// Whether a record is one of these people, or says what one of them is. Those that are found are taken from `missing`.
fn is_of(
    users: &BTreeSet<String>,
    kind: EntityKind,
    record: &KeyedRecord,
    missing: &mut BTreeSet<String>,
) -> bool {
    if kind == EntityKind::Users {
        let Some(key) = &record.sourced_id else { return false };
        missing.remove(key);
        return users.contains(key);
    }
    let whose = kind.entity().is_in_key("user_sourced_id").then(|| kind.entity().position("user_sourced_id"));
    let key = whose.flatten().and_then(|position| record.values[position].as_str());
    key.is_some_and(|key| users.contains(key)) && record.values.iter().any(Value::is_string)
}
