//! The destinations that messages go to, as the settings name them.

use secrecy::ExposeSecret as _;

use crate::settings::{Alerts, origin_only};
use crate::store::outbox::{Destination, Outbox, OutboxKey, name_of};

/// Where messages go, and the key that the secret of the webhooks is.
pub(crate) fn outbox(settings: &Alerts) -> Outbox {
    let key = OutboxKey::new(settings.webhook_key.clone());
    Outbox { destinations: destinations(settings), key }
}

/// The destinations that the settings name: one for mail, one per webhook.
pub(crate) fn destinations(settings: &Alerts) -> Vec<Destination> {
    let mail = settings.mail.iter().map(|mail| Destination {
        channel: "mail",
        name: name_of(&mail.to.iter().map(|to| to.email.to_string()).collect::<Vec<_>>()),
    });
    let webhooks = settings.webhooks.iter().zip(1..).map(|(webhook, nth): (_, u32)| Destination {
        channel: "webhook",
        name: format!("{nth} {}", origin_only(webhook.url.expose_secret())),
    });
    mail.chain(webhooks).collect()
}
