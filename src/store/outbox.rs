//! The outbox: messages to the outside, written in the transaction that they report on, and delivered after it.

pub(crate) mod batches;
pub(crate) mod ended;
mod kind;
mod signature;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::Value;
use uuid::Uuid;

use self::signature::Signed;
use super::values::{Json, Moment, UniqueId};
use crate::clock::before;
use crate::store::connection::{Connection, PASSED_OVER};
use crate::store::error::StoreError;

pub(crate) use self::kind::Kind;
pub(crate) use self::signature::OutboxKey;

/// A claim of a deliverer that died ends after this; no delivery takes as long (see its time limits).
const CLAIM: TimeDelta = TimeDelta::seconds(35);

/// Why a row is given up that bears no signature of ours.
const FOREIGN: &str =
    "not sent: another program wrote or changed it, or SYNC_WEBHOOK_SECRET was set or changed since";

/// What stands between the recipients of one message.
const RECIPIENTS: &str = ", ";

/// Where a message goes, named without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Destination {
    /// `mail` or `webhook`.
    pub channel: &'static str,
    /// The recipients, see [`recipients`]; a webhook's place in the list and its host.
    pub name: String,
}

/// The recipients that a destination's name lists.
pub(crate) fn recipients(name: &str) -> impl Iterator<Item = &str> {
    name.split(RECIPIENTS)
}

/// A destination's name that lists these recipients.
pub(crate) fn name_of(recipients: &[String]) -> String {
    recipients.join(RECIPIENTS)
}

/// Where the messages of an installation go, and what says that they are its own.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outbox {
    /// All destinations.
    pub destinations: Vec<Destination>,
    /// What signs the rows.
    pub key: OutboxKey,
}

/// A part of a message: one event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    /// Its row.
    id: i64,
    /// What kind of message it is a part of.
    kind: String,
    /// The event.
    pub payload: Value,
    /// When it was written.
    created_at: DateTime<Utc>,
}

/// One message to one destination, claimed for one try.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Message {
    /// The same on every try.
    pub id: Uuid,
    /// `mail` or `webhook`.
    pub channel: String,
    /// [`Destination::name`], of which recipients that have the message are gone.
    pub destination: String,
    /// Its events, in order.
    pub parts: Vec<Part>,
    /// When its first part was written.
    pub created_at: DateTime<Utc>,
}

/// Adds a part of the message `message_id` to every destination.
pub(crate) fn add(
    connection: &mut Connection,
    outbox: &Outbox,
    message_id: Uuid,
    payload: &Value,
    created_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let kind = Kind::Alert.name();
    for Destination { channel, name } in &outbox.destinations {
        let row = Signed { kind, message_id, channel, destination: name, created_at, payload };
        connection.run(
            "INSERT INTO outbox (message_id, kind, channel, destination, payload, created_at, signature)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[&message_id, &kind, channel, name, payload, &created_at, &outbox.key.sign(row)],
        )?;
    }
    Ok(())
}

/// Says that the message of this command is whole: from now on it may be delivered.
pub(crate) fn ready(
    connection: &mut Connection,
    message_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.run(
        "UPDATE outbox SET ready_at = $1 WHERE message_id = $2 AND ready_at IS NULL",
        &[&now, &message_id],
    )?;
    Ok(())
}

#[derive(QueryableByName)]
struct OutboxRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = UniqueId)]
    message_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    channel: String,
    #[diesel(sql_type = Text)]
    destination: String,
    #[diesel(sql_type = Json)]
    payload: Value,
    #[diesel(sql_type = Moment)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    signature: Option<String>,
}

impl OutboxRow {
    fn is_ours(&self, key: &OutboxKey) -> bool {
        let row = Signed {
            kind: &self.kind,
            message_id: self.message_id,
            channel: &self.channel,
            destination: &self.destination,
            created_at: self.created_at,
            payload: &self.payload,
        };
        key.is_ours(row, self.signature.as_deref())
    }
}

/// Gives up what is too old and claims the rest for one try, oldest first. A message of a command that is
/// still running is left alone; one of a command that died is taken when it could no longer run, after
/// `longest_command`. What is not ours is given up and reported.
pub(crate) fn claim(
    connection: &mut Connection,
    outbox: &Outbox,
    longest_command: Duration,
    now: DateTime<Utc>,
) -> Result<Vec<Message>, StoreError> {
    connection.run(
        "UPDATE outbox SET given_up_at = $1
         WHERE delivered_at IS NULL AND given_up_at IS NULL AND created_at < $2 AND kind = $3",
        &[&now, &before(now, Kind::Alert.policy().given_up_after), &Kind::Alert.name()],
    )?;
    let mut rows: Vec<OutboxRow> = Vec::new();
    for (channel, name) in waiting(connection, &outbox.destinations)? {
        rows.extend(connection.rows_with::<OutboxRow>(
            "UPDATE outbox SET claimed_until = $1, tries = tries + 1, last_tried_at = $2
             WHERE delivered_at IS NULL AND given_up_at IS NULL AND (claimed_until IS NULL OR claimed_until < $3)
               AND (ready_at IS NOT NULL OR created_at < $4) AND channel = $5 AND destination = $6
             RETURNING id, message_id, kind, channel, destination, payload, created_at, signature",
            &[&(now + CLAIM), &now, &now, &before(now, longest_command), &channel, &name],
        )?);
    }
    rows.sort_by_key(|row| row.id);
    let (ours, foreign): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.is_ours(&outbox.key));
    for OutboxRow { id, .. } in foreign {
        give_up_foreign(connection, id, now)?;
    }
    Ok(whole(ours))
}

/// Gives up and reports a row that is not ours.
fn give_up_foreign(connection: &mut Connection, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    tracing::warn!(target: PASSED_OVER, "outbox {id}: {FOREIGN}");
    connection.run(
        "UPDATE outbox SET given_up_at = $1, claimed_until = NULL, last_error = $2 WHERE id = $3",
        &[&now, &FOREIGN, &id],
    )?;
    Ok(())
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = Text)]
    channel: String,
    #[diesel(sql_type = Text)]
    destination: String,
}

/// Channel and name of what waits for a recipient of these destinations: all of them, or those that are left of an
/// earlier try.
fn waiting(
    connection: &mut Connection,
    destinations: &[Destination],
) -> Result<Vec<(String, String)>, StoreError> {
    let waiting: Vec<Waiting> = connection.rows(
        "SELECT DISTINCT channel, destination FROM outbox
         WHERE delivered_at IS NULL AND given_up_at IS NULL AND resources IS NULL
         ORDER BY channel, destination",
    )?;
    let is_known = |waiting: &Waiting| {
        let mut of_channel = destinations.iter().filter(|known| known.channel == waiting.channel);
        of_channel.any(|known| {
            recipients(&known.name).any(|one| recipients(&waiting.destination).any(|other| other == one))
        })
    };
    Ok(waiting.into_iter().filter(is_known).map(|waiting| (waiting.channel, waiting.destination)).collect())
}

/// The rows put together: one message per id and destination.
fn whole(rows: Vec<OutboxRow>) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    for OutboxRow { id, message_id, kind, channel, destination, payload, created_at, .. } in rows {
        let part = Part { id, kind, payload, created_at };
        let known = messages.iter_mut().find(|message| {
            message.id == message_id && message.channel == channel && message.destination == destination
        });
        match known {
            Some(message) => message.parts.push(part),
            None => {
                messages.push(Message { id: message_id, channel, destination, parts: vec![part], created_at })
            }
        }
    }
    messages
}

/// How a try went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All recipients have the message.
    Delivered,
    /// Some have not.
    Failed {
        /// Why, without secrets.
        why: String,
        /// [`Destination::name`] with the recipients that are left.
        left: String,
    },
}

/// Records how a try went; what is left is claimed again for the next one.
pub(crate) fn record(
    connection: &mut Connection,
    key: &OutboxKey,
    message: &Message,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (delivered_at, why, left) = match outcome {
        Outcome::Delivered => (Some(now), None, &message.destination),
        Outcome::Failed { why, left } => (None, Some(why.as_str()), left),
    };
    for Part { id, kind, payload, created_at } in &message.parts {
        // Fewer recipients are another destination.
        let row = Signed {
            kind,
            message_id: message.id,
            channel: &message.channel,
            destination: left,
            created_at: *created_at,
            payload,
        };
        connection.run(
            "UPDATE outbox SET claimed_until = NULL, delivered_at = $1, last_error = $2, destination = $3, signature = $4
             WHERE id = $5 AND delivered_at IS NULL",
            &[&delivered_at, &why, left, &key.sign(row), id],
        )?;
    }
    Ok(())
}
