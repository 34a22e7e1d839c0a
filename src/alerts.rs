//! Alerts: what is told to whom (contract §8), and the other ways in which operators hear of a command.
//!
//! [`rules`] decides, with the pass and in its transaction; [`delivery`] sends, after it.

pub mod delivery;
pub mod event;
pub mod heartbeat;
mod http;
mod mail;
pub mod rules;
mod webhook;

use crate::settings::{Alerts, origin_only};
use crate::store::outbox::Destination;
use secrecy::ExposeSecret as _;

/// Where messages go, by the settings.
pub fn destinations(settings: &Alerts) -> Vec<Destination> {
    let mail = settings.mail.iter().map(|mail| Destination {
        channel: "mail",
        name: mail.to.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    });
    let webhooks = settings.webhooks.iter().zip(1..).map(|(webhook, nth): (_, u32)| Destination {
        channel: "webhook",
        name: format!("{nth} {}", origin_only(webhook.url.expose_secret())),
    });
    mail.chain(webhooks).collect()
}
