//! The settings of alerts: mail, webhooks, heartbeat (contract §3 and §8).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use lettre::Address;
use secrecy::{SecretSlice, SecretString};

use super::layers::Sources;
use super::parse;

/// What alerts are about and where they go.
#[derive(Debug, Clone)]
pub struct Alerts {
    /// `SYNC_ALERT_CHANGE_PERCENT`: a volume that differs by more than this is told.
    pub change_percent: u32,
    /// `SYNC_SLOW_AFTER`: a pass that takes longer is told.
    pub slow_after: Duration,
    /// Mail, when `SYNC_ERROR_EMAIL` is set.
    pub mail: Option<Mail>,
    /// `SYNC_WEBHOOK_URL`: one, several or none.
    pub webhooks: Vec<Webhook>,
    /// The key of `SYNC_WEBHOOK_SECRET`, which signs the json format (Standard Webhooks).
    pub webhook_key: Option<SecretSlice<u8>>,
}

/// How alerts are mailed.
#[derive(Debug, Clone)]
pub struct Mail {
    /// `SYNC_ERROR_EMAIL`: at least one.
    pub to: Vec<Address>,
    /// `SMTP_FROM`, else `SMTP_USER` when that is an address.
    pub from: Address,
    /// `SMTP_HOST`: a name or an IP address.
    pub host: String,
    /// `SMTP_PORT`, by default 587 for starttls, 465 for tls, 25 for none.
    pub port: u16,
    /// `SMTP_TLS`.
    pub tls: MailTls,
    /// `SMTP_USER` and `SMTP_PASSWORD`.
    pub login: Option<(String, SecretString)>,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// In plain first, then upgraded, or not used at all.
    Starttls,
    /// From the first byte.
    Tls,
    /// Not at all.
    None,
}

/// One webhook.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// An http or https URL, a secret as a whole.
    pub url: SecretString,
    /// What it is sent.
    pub format: WebhookFormat,
}

/// What a webhook understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookFormat {
    /// A Slack message.
    Slack,
    /// A Teams adaptive card.
    Teams,
    /// JSON, signed when there is a secret.
    Json,
}

impl Alerts {
    pub(super) fn read(sources: &mut Sources<'_>) -> Self {
        let percent = |value: &str| parse::integer(value, 0, u32::MAX);
        let format = sources.parsed("SYNC_WEBHOOK_FORMAT", webhook_format);
        Self {
            change_percent: sources.parsed("SYNC_ALERT_CHANGE_PERCENT", percent).unwrap_or(50),
            slow_after: sources.parsed("SYNC_SLOW_AFTER", parse::duration).unwrap_or(Duration::from_secs(60)),
            mail: read_mail(sources),
            webhooks: sources.secret("SYNC_WEBHOOK_URL", |value| webhooks(value, format)).unwrap_or_default(),
            webhook_key: sources.secret("SYNC_WEBHOOK_SECRET", webhook_key),
        }
    }
}

/// `SYNC_HEARTBEAT_URL`.
pub(super) fn read_heartbeat(sources: &mut Sources<'_>) -> Option<SecretString> {
    sources.secret("SYNC_HEARTBEAT_URL", |value| {
        parse::http_url(value.trim()).map(|url| SecretString::from(String::from(url)))
    })
}

/// All of it is checked even when nothing is mailed.
fn read_mail(sources: &mut Sources<'_>) -> Option<Mail> {
    let to = sources.parsed("SYNC_ERROR_EMAIL", addresses);
    let host = sources.parsed("SMTP_HOST", parse::host);
    let tls = sources.parsed("SMTP_TLS", mail_tls).unwrap_or(MailTls::Starttls);
    let port = sources.parsed("SMTP_PORT", |value| parse::integer(value, 1, u32::from(u16::MAX)));
    let user = sources.parsed("SMTP_USER", |value| Ok(value.to_owned()));
    let password = sources.secret("SMTP_PASSWORD", |value| Ok(SecretString::from(value)));
    let from = sources.parsed("SMTP_FROM", address);

    match (sources.is_set("SMTP_USER"), sources.is_set("SMTP_PASSWORD")) {
        (true, false) => sources.problem("SMTP_USER is set but SMTP_PASSWORD is not; set both or neither"),
        (false, true) => sources.problem("SMTP_PASSWORD is set but SMTP_USER is not; set both or neither"),
        _ => {}
    }
    let mailed = sources.is_set("SYNC_ERROR_EMAIL");
    if mailed && !sources.is_set("SMTP_HOST") {
        sources.problem("SYNC_ERROR_EMAIL is set but SMTP_HOST is not; set it to your mail server");
    }
    let from = from.or_else(|| user.as_deref().and_then(|user| user.parse().ok()));
    if mailed && from.is_none() && !sources.is_set("SMTP_FROM") {
        sources.problem("SYNC_ERROR_EMAIL is set but SMTP_FROM is not; set it to the sender's address");
    }

    let by_default = match tls {
        MailTls::Starttls => 587,
        MailTls::Tls => 465,
        MailTls::None => 25,
    };
    let port = port.and_then(|port| u16::try_from(port).ok()).unwrap_or(by_default);
    Some(Mail { to: to?, from: from?, host: host?, port, tls, login: user.zip(password) })
}

fn address(value: &str) -> Result<Address, String> {
    value
        .parse()
        .map_err(|_| format!("is {}; write a mail address such as exams@example.com", parse::shown(value)))
}

fn addresses(value: &str) -> Result<Vec<Address>, String> {
    value.split(',').map(|one| address(one.trim())).collect()
}

fn mail_tls(value: &str) -> Result<MailTls, String> {
    match value {
        "starttls" => Ok(MailTls::Starttls),
        "tls" => Ok(MailTls::Tls),
        "none" => Ok(MailTls::None),
        _ => Err(format!("is {}; write starttls, tls or none", parse::shown(value))),
    }
}

fn webhook_format(value: &str) -> Result<WebhookFormat, String> {
    match value {
        "slack" => Ok(WebhookFormat::Slack),
        "teams" => Ok(WebhookFormat::Teams),
        "json" => Ok(WebhookFormat::Json),
        _ => Err(format!("is {}; write slack, teams or json", parse::shown(value))),
    }
}

fn webhooks(value: &str, format: Option<WebhookFormat>) -> Result<Vec<Webhook>, String> {
    let one = |text: &str| {
        let url = parse::http_url(text.trim()).map_err(|_| {
            "is not a list of http or https URLs; write one, or several with commas between".to_owned()
        })?;
        let format = format.unwrap_or_else(|| format_of(url.host_str().unwrap_or_default()));
        Ok(Webhook { url: SecretString::from(String::from(url)), format })
    };
    value.split(',').map(one).collect()
}

fn format_of(host: &str) -> WebhookFormat {
    const TEAMS: [&str; 3] = [".webhook.office.com", ".logic.azure.com", ".powerplatform.com"];
    match host {
        "hooks.slack.com" => WebhookFormat::Slack,
        host if TEAMS.iter().any(|ending| host.ends_with(ending)) => WebhookFormat::Teams,
        _ => WebhookFormat::Json,
    }
}

/// `whsec_` announces base64 (Standard Webhooks 1.0.0); anything else is taken as it is.
fn webhook_key(value: &str) -> Result<SecretSlice<u8>, String> {
    let Some(encoded) = value.strip_prefix("whsec_") else { return Ok(value.as_bytes().to_vec().into()) };
    match STANDARD.decode(encoded).or_else(|_| STANDARD_NO_PAD.decode(encoded)) {
        Ok(key) if !key.is_empty() => Ok(key.into()),
        _ => Err("begins with whsec_ but no base64 text follows; copy it anew from the receiver".to_owned()),
    }
}
