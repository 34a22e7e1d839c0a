//! Makes batches of what is new and freezes them, a portion in each transaction: what is frozen is not lost any more.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::body;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::outbox::batches::{self, NewBatch};
use crate::store::outbox::{Kind, OutboxKey};
use crate::store::push::{attendance, events, resource_number, violations};

/// The most records of one transaction.
const PORTION: i64 = 2_000;

/// A record that is to be put into a batch.
struct Record {
    json: String,
    resource: u64,
    written_at: DateTime<Utc>,
}

/// A destination of events, and since when they are for it.
pub(super) struct Receiver {
    pub(super) digest: String,
    pub(super) since: DateTime<Utc>,
}

/// Freezes the change events that are new, for all receivers at once, a portion of those after `after`, which becomes the
/// last of them. Returns how many there were. To be called again until there are none. What is committed meanwhile with a
/// smaller id is found by the next push.
pub(super) fn events(
    connection: &mut Connection,
    key: &OutboxKey,
    receivers: &[Receiver],
    after: &mut i64,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    connection.transaction(|connection| {
        let taken = events::take(connection, after, PORTION, now)?;
        for Receiver { digest, since } in receivers {
            let theirs = taken.iter().filter(|event| event.created_at >= *since).map(|event| Record {
                json: body::event(event),
                resource: resource_number(&event.resource_type, &event.resource_id),
                written_at: event.created_at,
            });
            batches::freeze(connection, key, digest, &in_batches(Kind::Event, theirs, now))?;
        }
        Ok(taken.len())
    })
}

/// Freezes the marks that changed; as of [`events`].
pub(super) fn attendance(
    connection: &mut Connection,
    key: &OutboxKey,
    digest: &str,
    after: &mut i64,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    connection.transaction(|connection| {
        let marks = attendance::take(connection, after, PORTION)?;
        let records = marks.iter().map(|mark| Record {
            json: body::mark(mark),
            resource: mark.row_id.unsigned_abs(),
            written_at: now,
        });
        batches::freeze(connection, key, digest, &in_batches(Kind::Attendance, records, now))?;
        Ok(marks.len())
    })
}

/// Freezes the violations that are new; as of [`events`].
pub(super) fn violations(
    connection: &mut Connection,
    key: &OutboxKey,
    digest: &str,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    connection.transaction(|connection| {
        let taken = violations::take(connection, PORTION)?;
        let records = taken.iter().map(|violation| Record {
            json: body::violation(violation),
            resource: resource_number("violation", &violation.uid.to_string()),
            written_at: violation.created_at,
        });
        batches::freeze(connection, key, digest, &in_batches(Kind::Violation, records, now))?;
        Ok(taken.len())
    })
}

/// The records in batches as the policy of their kind says.
fn in_batches(kind: Kind, records: impl Iterator<Item = Record>, now: DateTime<Utc>) -> Vec<NewBatch> {
    let (policy, empty) = (kind.policy(), body::empty_bytes(kind));
    let mut made = Vec::new();
    let (mut next, mut bytes): (Vec<Record>, usize) = (Vec::new(), empty);
    for record in records {
        let more = record.json.len() + 1;
        if next.len() == policy.max_records || (!next.is_empty() && bytes + more > policy.max_bytes) {
            made.push(batch(kind, &next, now));
            next.clear();
            bytes = empty;
        }
        bytes += more;
        next.push(record);
    }
    if !next.is_empty() {
        made.push(batch(kind, &next, now));
    }
    made
}

fn batch(kind: Kind, records: &[Record], now: DateTime<Utc>) -> NewBatch {
    let message_id = Uuid::new_v4();
    let json: Vec<&str> = records.iter().map(|record| record.json.as_str()).collect();
    NewBatch {
        kind,
        message_id,
        body: body::whole(kind, message_id, now, &json),
        resources: records.iter().map(|record| record.resource).collect(),
        created_at: now,
        waits_since: records.iter().map(|record| record.written_at).min().unwrap_or(now),
        place: None,
        put_aside: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(kind: Kind, lengths: &[usize]) -> Vec<usize> {
        let records = lengths.iter().zip(0..).map(|(length, resource)| Record {
            json: format!("\"{}\"", "x".repeat(length - 2)),
            resource,
            written_at: DateTime::UNIX_EPOCH,
        });
        let made = in_batches(kind, records, Utc::now());
        for one in &made {
            assert!(
                one.body.len() <= kind.policy().max_bytes || one.resources.len() == 1,
                "{}",
                one.body.len()
            );
        }
        made.iter().map(|batch| batch.resources.len()).collect()
    }

    #[test]
    fn batches_hold_so_many_records_and_bytes() {
        assert_eq!(sizes(Kind::Event, &[100; 25]), [10, 10, 5]);
        assert_eq!(sizes(Kind::Event, &[6_000, 6_000, 6_000, 6_000]), [3, 1]);
        assert_eq!(sizes(Kind::Event, &[10, 50_000, 10, 10]), [1, 1, 2]);
        assert_eq!(sizes(Kind::Attendance, &[100; 1_001]), [500, 500, 1]);
        assert_eq!(sizes(Kind::Event, &[]), [0; 0]);
    }
}
