//! Batches: messages of several records, whose bytes are frozen before their first try (contract §12.2).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use serde_json::{Value, json};
use uuid::Uuid;

use super::signature::Signed;
use super::{Kind, OutboxKey, OutboxRow, give_up_foreign};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Moment, UniqueId, moment_in_json};

/// A batch that is to be frozen.
#[derive(Debug, Clone)]
pub(crate) struct NewBatch {
    /// What its records are.
    pub kind: Kind,
    /// The same on every try.
    pub message_id: Uuid,
    /// The bytes that are sent.
    pub body: String,
    /// What each of its records is about, by number.
    pub resources: Vec<u64>,
    /// When it is frozen; of a part of another batch when that was.
    pub created_at: DateTime<Utc>,
    /// When the oldest of its records was written.
    pub waits_since: DateTime<Utc>,
    /// The batch that it was a part of, and the place of its first record there.
    pub place: Option<Place>,
    /// Why it is put aside, where it is from the start.
    pub put_aside: Option<String>,
}

/// Where a batch stands among those to its destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The id of the batch that was frozen first, of which this one may be a part.
    pub first_frozen: i64,
    /// The place of its first record in that.
    pub first_record: i32,
}

/// A batch that is not delivered yet, without its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    /// Its row.
    pub id: i64,
    /// Its order.
    pub place: Place,
    /// What its records are.
    pub kind: Kind,
    /// As of [`NewBatch`].
    pub message_id: Uuid,
    /// As of [`NewBatch`].
    pub resources: Box<[u64]>,
    /// As of [`NewBatch`].
    pub created_at: DateTime<Utc>,
    /// As of [`NewBatch`].
    pub waits_since: DateTime<Utc>,
    /// The runs in which it failed.
    pub failures: u32,
    /// It is not tried before.
    pub next_try_at: Option<DateTime<Utc>>,
}

/// Freezes batches for one destination, and returns the ids of their rows, by message.
pub(crate) fn freeze(
    connection: &mut Connection,
    key: &OutboxKey,
    destination: &str,
    batches: &[NewBatch],
) -> Result<Vec<(Uuid, i64)>, StoreError> {
    if batches.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Value = batches.iter().map(|batch| row(key, destination, batch)).collect();
    let frozen: Vec<Frozen> = connection.rows_with(
        "INSERT INTO outbox (message_id, kind, channel, destination, payload, created_at, ready_at, waits_since, signature,
                             resources, part_of, first_record, put_aside_at, last_error)
         SELECT (item.value ->> 'id')::uuid, item.value ->> 'kind', item.value ->> 'channel', item.value ->> 'to',
                item.value -> 'body', (item.value ->> 'created')::timestamptz, (item.value ->> 'created')::timestamptz,
                (item.value ->> 'since')::timestamptz, item.value ->> 'signature', item.value ->> 'resources',
                (item.value ->> 'part_of')::bigint, (item.value ->> 'first')::integer,
                (item.value ->> 'aside')::timestamptz, item.value ->> 'why'
         FROM json_each($1) AS item
         RETURNING id, message_id",
        &[&rows],
    )?;
    Ok(frozen.into_iter().map(|row| (row.message_id, row.id)).collect())
}

#[derive(QueryableByName)]
struct Frozen {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = UniqueId)]
    message_id: Uuid,
}

fn row(key: &OutboxKey, destination: &str, batch: &NewBatch) -> Value {
    let policy = batch.kind.policy();
    let body = Value::String(batch.body.clone());
    let created_at = in_milliseconds(batch.created_at);
    let signed = Signed {
        kind: policy.name,
        message_id: batch.message_id,
        channel: policy.channel,
        destination,
        created_at,
        payload: &body,
    };
    let signature = key.sign(signed);
    let resources: Vec<String> = batch.resources.iter().map(|resource| format!("{resource:x}")).collect();
    json!({
        "id": batch.message_id, "kind": policy.name, "channel": policy.channel, "to": destination,
        "created": moment_in_json(created_at), "since": moment_in_json(batch.waits_since),
        "signature": signature, "resources": resources.join(" "),
        "part_of": batch.place.map(|place| place.first_frozen),
        "first": batch.place.map(|place| place.first_record),
        "aside": batch.put_aside.as_ref().map(|_| moment_in_json(created_at)), "why": batch.put_aside,
        "body": body,
    })
}

/// What the table keeps of a moment on either database.
fn in_milliseconds(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at)
}

#[derive(QueryableByName)]
struct PendingRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = UniqueId)]
    message_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    resources: String,
    #[diesel(sql_type = Moment)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Moment)]
    waits_since: DateTime<Utc>,
    #[diesel(sql_type = Integer)]
    failures: i32,
    #[diesel(sql_type = Nullable<Moment>)]
    next_try_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    first_frozen: i64,
    #[diesel(sql_type = Integer)]
    first_record: i32,
}

/// The batches to a destination that wait, in their order. To be called in a transaction.
pub(crate) fn pending(connection: &mut Connection, destination: &str) -> Result<Vec<Pending>, StoreError> {
    let mut waiting = Vec::new();
    connection.each(
        "SELECT id, message_id, kind, resources, created_at, coalesce(waits_since, created_at) AS waits_since,
                coalesce(failures, 0) AS failures, next_try_at, coalesce(part_of, id) AS first_frozen,
                coalesce(first_record, 0) AS first_record
         FROM outbox
         WHERE destination = $1 AND resources IS NOT NULL AND delivered_at IS NULL AND put_aside_at IS NULL
           AND given_up_at IS NULL
         ORDER BY coalesce(part_of, id), coalesce(first_record, 0), id",
        &[&destination],
        |row: PendingRow| {
            let Some(kind) = Kind::from_name(&row.kind) else { return Ok(()) };
            let numbers = row.resources.split(' ').filter_map(|text| u64::from_str_radix(text, 16).ok());
            waiting.push(Pending {
                id: row.id,
                place: Place { first_frozen: row.first_frozen, first_record: row.first_record },
                kind,
                message_id: row.message_id,
                resources: numbers.collect(),
                created_at: row.created_at,
                waits_since: row.waits_since,
                failures: u32::try_from(row.failures).unwrap_or(0),
                next_try_at: row.next_try_at,
            });
            Ok::<_, StoreError>(())
        },
    )?;
    Ok(waiting)
}

/// The bytes of these batches, by id. One that another program wrote or changed is given up, and has none.
pub(crate) fn bodies(
    connection: &mut Connection,
    key: &OutboxKey,
    ids: &[i64],
) -> Result<HashMap<i64, String>, StoreError> {
    let listed: Value = ids.iter().map(|id| json!({ "id": id })).collect();
    let rows: Vec<OutboxRow> = connection.rows_with(
        "SELECT id, message_id, kind, channel, destination, payload, created_at, signature FROM outbox
         WHERE id IN (SELECT (item.value ->> 'id')::bigint FROM json_each($1) AS item)",
        &[&listed],
    )?;
    let mut bodies = HashMap::with_capacity(rows.len());
    for row in rows {
        let (id, is_ours) = (row.id, row.is_ours(key));
        match row.payload {
            Value::String(body) if is_ours => {
                bodies.insert(id, body);
            }
            _ => give_up_foreign(connection, id, Utc::now())?,
        }
    }
    Ok(bodies)
}
