//! Stages what a source of a roster gives, each entity in its own table.

use std::collections::BTreeSet;

use serde_json::Value;

use super::RosterPull;
use crate::model::Stopped;
use crate::model::entity::{ENTITIES, EntityKind, KeyedRecord};
use crate::pass::{Context, PassError};
use crate::source::roster_facts::SourceFacts;
use crate::store::connection::Connection;
use crate::store::merge::{credentials, keyed};

/// Records that are staged by one statement.
const BATCH: usize = 500;

/// Reads the source, and returns what it says of itself.
pub(super) fn stage(
    context: &Context,
    connection: &mut Connection,
    pull: &RosterPull,
) -> Result<SourceFacts, PassError> {
    keyed::open(connection)?;
    let credentials = pull.reading.credentials;
    if credentials {
        credentials::open(connection)?;
    }
    let mut batches = Batches { context, connection, credentials, waiting: Default::default() };
    let mut broken: Option<PassError> = None;
    let mut missing = pull.users.clone();
    let read = pull.source.read(&pull.reading, &mut |kind, record| {
        if !pull.users.is_empty() && !is_of(&pull.users, kind, &record, &mut missing) {
            return Ok(());
        }
        batches.add(kind, record).map_err(|error| {
            broken = Some(error);
            Stopped
        })
    });
    // A sink that stopped knows better why.
    if let Some(error) = broken {
        return Err(error);
    }
    let facts = read?;
    for entity in ENTITIES {
        batches.flush(entity.kind)?;
    }
    Ok(if pull.users.is_empty() { facts } else { facts.of_people_alone(&missing) })
}

/// The records that wait for their statement, by entity.
struct Batches<'a> {
    context: &'a Context,
    connection: &'a mut Connection,
    credentials: bool,
    waiting: [Vec<KeyedRecord>; 7],
}

impl Batches<'_> {
    fn add(&mut self, kind: EntityKind, record: KeyedRecord) -> Result<(), PassError> {
        let waiting = &mut self.waiting[kind as usize];
        waiting.push(record);
        if waiting.len() < BATCH { Ok(()) } else { self.flush(kind) }
    }

    fn flush(&mut self, kind: EntityKind) -> Result<(), PassError> {
        self.context.stop.check()?;
        let waiting = &mut self.waiting[kind as usize];
        keyed::stage(self.connection, kind.entity(), waiting)?;
        if self.credentials && kind == EntityKind::Users {
            credentials::stage(self.connection, waiting)?;
        }
        waiting.clear();
        Ok(())
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
