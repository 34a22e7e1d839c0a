//! The database's side of a run: what became of batches is recorded before others are started, and bytes are loaded.

use std::collections::HashMap;
use std::ops::Range;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::answer::Verdict;
use super::attempt::Tried;
use super::body;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::outbox::batches::{self, NewBatch, Pending, Place};
use crate::store::outbox::ended::{self, Ended, Ending};
use crate::store::outbox::{Kind, OutboxKey};
use crate::store::push::{attendance, destinations};

/// How long a batch waits for its next try, by the runs in which it failed; later ones wait as the last.
const WAITS: [TimeDelta; 5] = [
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
];

/// When the next try is, after so many failures.
pub(super) fn next_try(now: DateTime<Utc>, failures: u32) -> DateTime<Utc> {
    let nth = usize::try_from(failures).unwrap_or(usize::MAX).min(WAITS.len() - 1);
    now + WAITS[nth]
}

/// The connection of one destination's run.
pub(super) struct Ledger {
    pub(super) connection: Connection,
    pub(super) key: OutboxKey,
    pub(super) digest: String,
}

/// What the database was asked for.
#[derive(Default)]
pub(super) struct Exchanged {
    /// Places that are done with.
    pub(super) done: Vec<Place>,
    /// Places that wait for a later run.
    pub(super) later: Vec<Place>,
    /// Parts of batches that were split.
    pub(super) parts: Vec<Pending>,
    /// Batches with their bytes.
    pub(super) loaded: Vec<(Pending, Bytes)>,
    /// Records that were delivered, put aside and given up.
    pub(super) delivered: usize,
    pub(super) put_aside: Vec<String>,
    pub(super) given_up: usize,
}

impl Ledger {
    /// Records what became of these, and loads the bytes of those.
    pub(super) fn exchange(
        &mut self,
        tried: &[Tried],
        wanted: Vec<Pending>,
    ) -> Result<Exchanged, StoreError> {
        let Self { connection, key, digest } = self;
        connection.transaction(|connection| {
            if let Connection::Postgres(..) = connection {
                // A killed program loses nothing by it, and a server that loses power has the last batches sent again.
                connection.execute("SET LOCAL synchronous_commit = off")?;
            }
            let mut exchanged = match tried.is_empty() {
                true => Exchanged::default(),
                false => record(connection, key, digest, tried)?,
            };
            load(connection, key, wanted, &mut exchanged)?;
            Ok(exchanged)
        })
    }
}

/// Loads the bytes of these; one that another program wrote or changed has none, and is given up.
fn load(
    connection: &mut Connection,
    key: &OutboxKey,
    wanted: Vec<Pending>,
    exchanged: &mut Exchanged,
) -> Result<(), StoreError> {
    let ids: Vec<i64> = wanted.iter().map(|batch| batch.id).collect();
    let mut bodies = match ids.is_empty() {
        true => HashMap::new(),
        false => batches::bodies(connection, key, &ids)?,
    };
    for batch in wanted {
        match bodies.remove(&batch.id) {
            Some(body) => exchanged.loaded.push((batch, Bytes::from(body))),
            None => {
                exchanged.given_up += batch.resources.len();
                exchanged.done.push(batch.place);
            }
        }
    }
    Ok(())
}

fn record(
    connection: &mut Connection,
    key: &OutboxKey,
    digest: &str,
    tried: &[Tried],
) -> Result<Exchanged, StoreError> {
    let now = Utc::now();
    let mut exchanged = Exchanged::default();
    let (mut ended, mut marks, mut made) = (Vec::new(), Vec::new(), Vec::new());
    let (mut batches_taken, mut tries) = (0, 0);
    for one in tried {
        let ending = ending(one, now);
        match (&ending, &one.verdict) {
            (Ending::Delivered, Verdict::Taken(rejected)) => {
                let records = if rejected.is_empty() { Vec::new() } else { records_of(one) };
                for (place, why) in rejected {
                    made.extend(part(one, &records, *place..*place + 1, Some(why.clone())));
                    exchanged.put_aside.push(named(one, &records, *place, why));
                }
                let taken = |place: &usize| rejected.iter().all(|(other, _)| other != place);
                if one.batch.kind == Kind::Attendance {
                    let rows = one.batch.resources.iter().enumerate().filter(|(place, _)| taken(place));
                    marks.extend(rows.map(|(_, row)| *row));
                }
                exchanged.delivered += one.batch.resources.len() - rejected.len();
                batches_taken += 1;
                tries += i64::from(one.tries);
            }
            (Ending::Split, _) => {
                let (records, whole) = (records_of(one), one.batch.resources.len());
                made.extend(part(one, &records, 0..whole / 2, None));
                made.extend(part(one, &records, whole / 2..whole, None));
            }
            (Ending::PutAside { why }, _) => exchanged.put_aside.push(named(one, &records_of(one), 0, why)),
            (Ending::GivenUp { .. }, _) => exchanged.given_up += one.batch.resources.len(),
            _ => {}
        }
        match ending {
            Ending::Failed { .. } => exchanged.later.push(one.batch.place),
            _ => exchanged.done.push(one.batch.place),
        }
        ended.push(Ended { id: one.batch.id, tries: one.tries, ending });
    }
    ended::record(connection, &ended, now)?;
    if !marks.is_empty() {
        attendance::taken(connection, &marks)?;
    }
    let ids = batches::freeze(connection, key, digest, &made)?;
    exchanged.parts = made.into_iter().filter_map(|part| pending(part, &ids)).collect();
    if batches_taken > 0 {
        let records = i64::try_from(exchanged.delivered).unwrap_or(i64::MAX);
        destinations::count(connection, digest, (records, batches_taken, tries))?;
    }
    Ok(exchanged)
}

/// What follows for a batch from the verdict on it.
fn ending(tried: &Tried, now: DateTime<Utc>) -> Ending {
    let batch = &tried.batch;
    match &tried.verdict {
        Verdict::Taken(_) => Ending::Delivered,
        Verdict::Refused(why) if batch.resources.len() == 1 => Ending::PutAside { why: why.clone() },
        Verdict::Refused(_) => Ending::Split,
        Verdict::Stop(why) => Ending::Failed { why: why.clone(), next_try_at: now },
        Verdict::Failed { why, floor, .. } => {
            let age = (now - batch.created_at).to_std().unwrap_or_default();
            if age >= batch.kind.policy().given_up_after {
                return Ending::GivenUp { why: why.clone() };
            }
            let floor = floor.and_then(|floor| TimeDelta::from_std(floor).ok()).unwrap_or_default();
            let next_try_at = next_try(now, batch.failures).max(now + floor.min(TimeDelta::days(1)));
            Ending::Failed { why: why.clone(), next_try_at }
        }
    }
}

/// The records of a batch that was tried.
fn records_of(tried: &Tried) -> Vec<String> {
    body::records(std::str::from_utf8(&tried.body).unwrap_or_default())
}

/// A part of a batch: those of its records that have these places.
fn part(
    Tried { batch, .. }: &Tried,
    records: &[String],
    places: Range<usize>,
    put_aside: Option<String>,
) -> Option<NewBatch> {
    let its = records.get(places.clone())?;
    let message_id = Uuid::new_v4();
    Some(NewBatch {
        kind: batch.kind,
        message_id,
        body: body::whole(batch.kind, message_id, batch.created_at, its),
        resources: batch.resources.get(places.clone())?.to_vec(),
        created_at: batch.created_at,
        waits_since: batch.waits_since,
        place: Some(Place {
            first_frozen: batch.place.first_frozen,
            first_record: batch.place.first_record + i32::try_from(places.start).unwrap_or_default(),
        }),
        put_aside,
    })
}

/// A part as the queue has it; none where it is put aside from the start.
fn pending(part: NewBatch, ids: &[(Uuid, i64)]) -> Option<Pending> {
    let (_, id) = ids.iter().find(|(message, _)| *message == part.message_id)?;
    part.put_aside.is_none().then(|| Pending {
        id: *id,
        place: part.place.unwrap_or(Place { first_frozen: *id, first_record: 0 }),
        kind: part.kind,
        message_id: part.message_id,
        resources: part.resources.into(),
        created_at: part.created_at,
        waits_since: part.waits_since,
        failures: 0,
        next_try_at: None,
    })
}

/// A record that is put aside, as a person hears of it: by what it is about, not by what it says.
fn named(tried: &Tried, records: &[String], place: usize, why: &str) -> String {
    let record = records.get(place).map(String::as_str).unwrap_or_default();
    format!("{}: {why}", body::label(tried.batch.kind, record))
}
