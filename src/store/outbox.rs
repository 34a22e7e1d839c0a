//! The outbox: messages to the outside, written with what they tell of and delivered after it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use serde_json::Value;
use uuid::Uuid;

use super::staging::timestamp;
use crate::clock::{before, parse_utc};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// What could not be delivered for so long is given up: nobody acts on older news.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// A claim of a deliverer that died ends after this; no delivery takes as long (see its time limits).
const CLAIM: TimeDelta = TimeDelta::seconds(35);

/// Where a message goes, named without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// `mail` or `webhook`.
    pub channel: &'static str,
    /// The recipients; a webhook's place in the list and its host.
    pub name: String,
}

/// One message to one destination, claimed for one try.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The same on every try.
    pub id: Uuid,
    /// `mail` or `webhook`.
    pub channel: String,
    /// [`Destination::name`].
    pub destination: String,
    /// What it tells, in order.
    pub payloads: Vec<Value>,
    /// When its first part was written.
    pub created_at: DateTime<Utc>,
}

/// Adds a part of the message `message_id` to every destination.
///
/// # Errors
/// When the database fails.
pub fn add(
    connection: &mut Connection,
    message_id: Uuid,
    destinations: &[Destination],
    payload: &Value,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for destination in destinations {
        connection.run(
            "INSERT INTO outbox (message_id, kind, channel, destination, payload, created_at)
             VALUES ($1::uuid, 'alert', $2, $3, $4::jsonb, $5::timestamptz)",
            &[
                Some(message_id.to_string()),
                Some(destination.channel.to_owned()),
                Some(destination.name.clone()),
                Some(payload.to_string()),
                Some(timestamp(now)),
            ],
        )?;
    }
    Ok(())
}

/// Says that the message of this command is whole: from now on it may be delivered.
///
/// # Errors
/// When the database fails.
pub fn ready(connection: &mut Connection, message_id: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.run(
        "UPDATE outbox SET ready_at = $1::timestamptz WHERE message_id = $2::uuid AND ready_at IS NULL",
        &[Some(timestamp(now)), Some(message_id.to_string())],
    )?;
    Ok(())
}

#[derive(QueryableByName)]
struct OutboxRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    message_id: String,
    #[diesel(sql_type = Text)]
    channel: String,
    #[diesel(sql_type = Text)]
    destination: String,
    #[diesel(sql_type = Text)]
    payload: String,
    #[diesel(sql_type = Text)]
    created_at: String,
}

/// Gives up what is too old and claims the rest for one try, oldest first. A message of a command that is
/// still running is left alone; one of a command that died is taken when it could no longer run, after
/// `longest_command`.
///
/// # Errors
/// When the database fails.
pub fn claim(
    connection: &mut Connection,
    destinations: &[Destination],
    longest_command: Duration,
    now: DateTime<Utc>,
) -> Result<Vec<Message>, StoreError> {
    connection.run(
        "UPDATE outbox SET given_up_at = $1::timestamptz
         WHERE delivered_at IS NULL AND given_up_at IS NULL AND created_at < $2::timestamptz",
        &[Some(timestamp(now)), Some(timestamp(before(now, GIVEN_UP_AFTER)))],
    )?;
    let mut rows: Vec<OutboxRow> = Vec::new();
    for destination in destinations {
        rows.extend(connection.rows_with::<OutboxRow>(
            "UPDATE outbox SET claimed_until = $1::timestamptz, tries = tries + 1, last_tried_at = $2::timestamptz
             WHERE delivered_at IS NULL AND given_up_at IS NULL
               AND (claimed_until IS NULL OR claimed_until < $3::timestamptz)
               AND (ready_at IS NOT NULL OR created_at < $4::timestamptz)
               AND channel = $5 AND destination = $6
             RETURNING id, CAST(message_id AS text) AS message_id, channel, destination,
                       CAST(payload AS text) AS payload, CAST(created_at AS text) AS created_at",
            &[
                Some(timestamp(now + CLAIM)),
                Some(timestamp(now)),
                Some(timestamp(now)),
                Some(timestamp(before(now, longest_command))),
                Some(destination.channel.to_owned()),
                Some(destination.name.clone()),
            ],
        )?);
    }
    rows.sort_by_key(|row| row.id);
    Ok(whole(rows, now))
}

/// The rows put together: one message per id and destination.
fn whole(rows: Vec<OutboxRow>, now: DateTime<Utc>) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    for row in rows {
        let id = row.message_id.parse().unwrap_or_default();
        let payload = serde_json::from_str(&row.payload).unwrap_or_default();
        let known = messages.iter_mut().find(|message| {
            message.id == id && message.channel == row.channel && message.destination == row.destination
        });
        match known {
            Some(message) => message.payloads.push(payload),
            None => messages.push(Message {
                id,
                channel: row.channel,
                destination: row.destination,
                payloads: vec![payload],
                created_at: parse_utc(&row.created_at).unwrap_or(now),
            }),
        }
    }
    messages
}

/// Says how a try went: delivered, or why not. The text must hold no secret.
///
/// # Errors
/// When the database fails.
pub fn tried(
    connection: &mut Connection,
    message: &Message,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let delivered = error.is_none().then(|| timestamp(now));
    connection.run(
        "UPDATE outbox SET claimed_until = NULL, delivered_at = $1::timestamptz, last_error = $2
         WHERE message_id = $3::uuid AND channel = $4 AND destination = $5 AND delivered_at IS NULL",
        &[
            delivered,
            error.map(str::to_owned),
            Some(message.id.to_string()),
            Some(message.channel.clone()),
            Some(message.destination.clone()),
        ],
    )?;
    Ok(())
}
