//! Tries of a channel that no alert asked for: up to the login of the mail server, and one message marked as a test.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use super::{MESSAGE, NotDelivered, mail, send_events};
use crate::alerts::destinations::destinations;
use crate::alerts::message::Event;
use crate::settings::{Mail, Settings};
use crate::store::outbox::{Destination, Message};

/// How a test message to one destination went.
pub(crate) struct Trial {
    /// Where it went.
    pub destination: Destination,
    /// What that answered.
    pub outcome: Outcome,
}

/// What a destination made of a test message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It took it, and said so.
    Taken(String),
    /// Some of its recipients have it.
    TakenByOthers {
        /// Those that have not.
        left: String,
        /// Why.
        why: String,
    },
    /// It did not.
    NotTaken {
        /// What it answered, or that it did not.
        why: String,
        /// Whether a later try ends the same way.
        is_permanent: bool,
    },
}

/// Connects to the mail server and logs in, without a mail.
///
/// # Errors
/// In words, without the password.
pub(crate) async fn log_in(mail: &Mail, host_name: &str, limit: Duration) -> Result<(), String> {
    mail::log_in(mail, host_name, Instant::now() + limit).await
}

/// Sends the event to every destination, at once and without the outbox.
pub(crate) async fn send_test(settings: &Settings, event: &Event) -> Vec<Trial> {
    let sent = destinations(&settings.alerts).into_iter().map(|destination| async {
        let outcome = send_to(settings, &destination, event).await;
        Trial { destination, outcome }
    });
    join_all(sent).await
}

async fn send_to(settings: &Settings, destination: &Destination, event: &Event) -> Outcome {
    let message = Message {
        id: Uuid::new_v4(),
        channel: destination.channel.to_owned(),
        destination: destination.name.clone(),
        parts: Vec::new(),
        created_at: event.at,
    };
    match timeout(MESSAGE, send_events(settings, &message, std::slice::from_ref(event), MESSAGE)).await {
        Ok(Ok(answer)) => Outcome::Taken(answer),
        Ok(Err(NotDelivered { error, left: Some(left), .. })) => {
            Outcome::TakenByOthers { left, why: format!("{error:#}") }
        }
        Ok(Err(NotDelivered { error, is_permanent, .. })) => {
            Outcome::NotTaken { why: format!("{error:#}"), is_permanent }
        }
        Err(_) => Outcome::NotTaken { why: "no answer in time".to_owned(), is_permanent: false },
    }
}
