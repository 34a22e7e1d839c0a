//! Delivers the outbox after the passes, to all channels at once and within a short time limit.

mod cut;
pub(crate) mod heartbeat;
mod http;
mod mail;
pub(crate) mod trial;
mod webhook;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Error, Result, anyhow};
use chrono::Utc;
use futures_util::future::join_all;
use tokio::time::{Instant, timeout};

use crate::alerts::destinations::{destinations, outbox as outbox_of};
use crate::alerts::message::{Event, Happening, Wording};
use crate::alerts::rules::AFTER_DEADLINE;
use crate::settings::Settings;
use crate::store::connection::{Connection, Location};
use crate::store::error::StoreError;
use crate::store::outbox::{self, Message, Outcome};
use crate::tasks::run_blocking;

/// The time limit of one message.
const MESSAGE: Duration = Duration::from_secs(6);
/// The time limit of all channels together.
const ALL: Duration = Duration::from_secs(8);
/// The time limit for reading the messages from the database.
const CLAIMING: Duration = Duration::from_secs(5);
/// The time limit for writing the results. All limits together are shorter than a claim lasts, because after that
/// another command would send the messages again.
const RECORDING: Duration = Duration::from_secs(17);

/// Why a message was not delivered, or not to all of its recipients.
struct NotDelivered {
    error: Error,
    /// The recipients that it must still go to, where others have it.
    left: Option<String>,
    /// Whether the answer stays the same, however often it is tried.
    is_permanent: bool,
}

impl From<Error> for NotDelivered {
    fn from(error: Error) -> Self {
        let is_permanent = error.downcast_ref::<http::Refused>().is_some_and(http::Refused::is_permanent);
        Self { error, left: None, is_permanent }
    }
}

/// A try to deliver a message, and how it went.
type Try = (Message, Result<String, NotDelivered>);

/// Delivers the messages of this command, and those that earlier commands could not deliver. A failure is logged, and
/// the next command tries again.
pub(crate) async fn deliver(location: &Location, settings: &Settings) {
    let (own, longest) = (outbox_of(&settings.alerts), settings.deadline + AFTER_DEADLINE);
    if own.destinations.is_empty() {
        return;
    }
    let key = own.key.clone();
    let claimed = on_database(location, CLAIMING, move |connection| {
        connection.transaction(|connection| outbox::claim(connection, &own, longest, Utc::now()))
    });
    let messages = match claimed.await {
        Ok(messages) => messages,
        Err(error) => return tracing::warn!(%error, "the outbox can't be read"),
    };
    if messages.is_empty() {
        return;
    }
    let mut by_destination: BTreeMap<(String, String), Vec<Message>> = BTreeMap::new();
    for message in messages {
        let to = (message.channel.clone(), message.destination.clone());
        by_destination.entry(to).or_default().push(message);
    }
    let until = Instant::now() + ALL;
    let sent = by_destination.into_values().map(|messages| in_order(settings, messages, until));
    let sent: Vec<Try> = join_all(sent).await.into_iter().flatten().collect();
    let outcomes: Vec<(Message, Outcome)> = sent.into_iter().map(logged).collect();
    let recorded = on_database(location, RECORDING, move |connection| {
        connection.transaction(|connection| {
            outcomes.iter().try_for_each(|(message, outcome)| {
                outbox::record(connection, &key, message, outcome, Utc::now())
            })
        })
    });
    if let Err(error) = recorded.await {
        tracing::warn!(%error, "how the delivery of alerts went could not be written");
    }
}

/// Logs how a try went, and returns what the outbox is to know of it.
fn logged((message, sent): Try) -> (Message, Outcome) {
    let (channel, id) = (&message.channel, message.id);
    let outcome = match sent {
        Ok(_) => {
            tracing::info!(channel, destination = message.destination, %id, "alert delivered");
            Outcome::Delivered
        }
        Err(NotDelivered { error, left, .. }) => {
            let (left, why) = (left.unwrap_or_else(|| message.destination.clone()), format!("{error:#}"));
            tracing::warn!(
                channel, destination = left, %id, error = why, "an alert could not be delivered; the next sync command tries again"
            );
            Outcome::Failed { why, left }
        }
    };
    (message, outcome)
}

/// Sends the messages to one destination, oldest first. A refused message does not hold up the ones after it.
async fn in_order(settings: &Settings, messages: Vec<Message>, until: Instant) -> Vec<Try> {
    let mut outcomes = Vec::with_capacity(messages.len());
    for message in messages {
        let left = until.saturating_duration_since(Instant::now()).min(MESSAGE);
        let sent = timeout(left, send(settings, &message, left)).await;
        outcomes.push((message, sent.unwrap_or_else(|_| Err(anyhow!("no answer in time").into()))));
    }
    outcomes
}

/// Sends one message, and returns what was answered.
async fn send(settings: &Settings, message: &Message, limit: Duration) -> Result<String, NotDelivered> {
    let mut events: Vec<Event> = message
        .parts
        .iter()
        .map(|part| serde_json::from_value(part.payload.clone()))
        .collect::<Result<_, _>>()
        .context("the message in the outbox can't be read")?;
    // What a person must act on comes first, the nearest date before others: passes of dates end in any order.
    events.sort_by_key(|event| {
        (event.event == Happening::Recovered, event.exam_dates.first().copied().or(event.exam_date))
    });
    send_events(settings, message, &events, limit).await
}

/// Sends these events as the message.
async fn send_events(
    settings: &Settings,
    message: &Message,
    events: &[Event],
    limit: Duration,
) -> Result<String, NotDelivered> {
    let alerts = &settings.alerts;
    let wording =
        Wording { site: settings.site.as_deref(), zone: settings.timezone, program: &settings.program };
    if message.channel == "mail" {
        let mail = alerts.mail.as_ref().context("mail is not set up any more")?;
        return mail::send(mail, &settings.host_name, message, (events, wording), limit).await;
    }
    let names = destinations(alerts).into_iter().filter(|destination| destination.channel == "webhook");
    let known = names.zip(&alerts.webhooks).find(|(destination, _)| destination.name == message.destination);
    let (_, webhook) = known.context("this webhook is not set up any more")?;
    Ok(webhook::send(webhook, alerts.webhook_key.as_ref(), message, events, wording, limit).await?)
}

/// Runs `work` with its own connection on a blocking thread, and waits at most `limit` for it.
///
/// # Errors
/// The database's own error, or that it did not answer in time.
pub(crate) async fn on_database<T: Send + 'static>(
    location: &Location,
    limit: Duration,
    work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
) -> Result<T> {
    let location = location.clone();
    let done = run_blocking(move || work(&mut Connection::open(&location)?));
    Ok(timeout(limit, done).await.context("the database gave no answer in time")??)
}
