//! The settings of alerts: mail, webhooks, heartbeat (contract §3 and §8).

use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::{SecretSlice, SecretString};

use super::channels::{MailTls, Webhook};
use super::layers::Layers;
use super::table::alerts as table;

/// What alerts are about and where they go.
#[derive(Debug, Clone)]
pub(crate) struct Alerts {
    /// `SYNC_ALERT_CHANGE_PERCENT`: a volume that differs by more than this is reported.
    pub change_percent: u32,
    /// `SYNC_SLOW_AFTER`: a pass that takes longer is reported.
    pub slow_after: Duration,
    /// `SYNC_LATE_CHANGE_WITHIN`: how long before an exam a change of time, room or hall is late.
    pub late_change_within: Duration,
    /// `SYNC_LATE_CHANGE_PEOPLE`: late changes of more people than this are reported.
    pub late_change_people: u32,
    /// Mail, when `SYNC_ERROR_EMAIL` is set.
    pub mail: Option<Mail>,
    /// `SYNC_WEBHOOK_URL`: one, several or none.
    pub webhooks: Vec<Webhook>,
    /// The key of `SYNC_WEBHOOK_SECRET`, which signs the json format (Standard Webhooks).
    pub webhook_key: Option<SecretSlice<u8>>,
}

/// How alerts are mailed.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// `SYNC_ERROR_EMAIL`: at least one.
    pub to: Vec<Mailbox>,
    /// `SMTP_FROM`, else `SMTP_USER` when that is an address.
    pub from: Mailbox,
    /// `SMTP_HOST`: a name or an IP address.
    pub host: String,
    /// `SMTP_PORT`, by default 587 for starttls, 465 for tls, 25 for none.
    pub port: u16,
    /// `SMTP_TLS`.
    pub tls: MailTls,
    /// `SMTP_USER` and `SMTP_PASSWORD`.
    pub login: Option<(String, SecretString)>,
}

impl Alerts {
    pub(super) fn read(layers: &mut Layers<'_>) -> Option<Self> {
        let format = layers.given(&table::WEBHOOK_FORMAT);
        Some(Self {
            change_percent: layers.value(&table::CHANGE_PERCENT)?,
            slow_after: layers.value(&table::SLOW_AFTER)?,
            late_change_within: layers.value(&table::LATE_CHANGE_WITHIN)?,
            late_change_people: layers.value(&table::LATE_CHANGE_PEOPLE)?,
            mail: read_mail(layers),
            webhooks: layers
                .given(&table::WEBHOOK_URL)
                .unwrap_or_default()
                .into_iter()
                .map(|webhook| webhook.with_format(format))
                .collect(),
            webhook_key: layers.given(&table::WEBHOOK_SECRET),
        })
    }
}

/// All of it is checked even when nothing is mailed.
fn read_mail(layers: &mut Layers<'_>) -> Option<Mail> {
    let to = layers.given(&table::ERROR_EMAIL);
    let host = layers.given(&table::SMTP_HOST);
    let tls = layers.value(&table::SMTP_TLS)?;
    let port = layers.given(&table::SMTP_PORT);
    let user = layers.given(&table::SMTP_USER);
    let password = layers.given(&table::SMTP_PASSWORD);
    let from = layers.given(&table::SMTP_FROM);

    match (layers.is_set(&table::SMTP_USER.row), layers.is_set(&table::SMTP_PASSWORD.row)) {
        (true, false) => layers
            .problem(&table::SMTP_USER.row, "SMTP_USER is set but SMTP_PASSWORD is not; set both or neither"),
        (false, true) => layers.problem(
            &table::SMTP_PASSWORD.row,
            "SMTP_PASSWORD is set but SMTP_USER is not; set both or neither",
        ),
        _ => {}
    }
    let mailed = layers.is_set(&table::ERROR_EMAIL.row);
    if mailed && !layers.is_set(&table::SMTP_HOST.row) {
        layers.problem(
            &table::ERROR_EMAIL.row,
            "SYNC_ERROR_EMAIL is set but SMTP_HOST is not; set it to your mail server",
        );
    }
    let from = from.or_else(|| {
        user.as_deref().and_then(|user| user.parse().ok()).map(|address| Mailbox::new(None, address))
    });
    if mailed && from.is_none() && !layers.is_set(&table::SMTP_FROM.row) {
        layers.problem(
            &table::ERROR_EMAIL.row,
            "SYNC_ERROR_EMAIL is set but SMTP_FROM is not; set it to the sender's address",
        );
    }

    let by_default = match tls {
        MailTls::Starttls => 587,
        MailTls::Tls => 465,
        MailTls::None => 25,
    };
    Some(Mail {
        to: to?,
        from: from?,
        host: host?,
        port: port.unwrap_or(by_default),
        tls,
        login: user.zip(password),
    })
}
