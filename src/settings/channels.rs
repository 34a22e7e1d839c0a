//! Values of webhooks and of the connection to a mail server; errors as in [`super::parse`].

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use secrecy::{SecretSlice, SecretString};

use super::parse;

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailTls {
    /// In plain first, then upgraded, or not used at all.
    Starttls,
    /// From the first byte.
    Tls,
    /// Not at all.
    None,
}

/// One webhook.
#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    /// An http or https URL, a secret as a whole.
    pub url: SecretString,
    /// What it is sent.
    pub format: WebhookFormat,
}

/// What a webhook understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WebhookFormat {
    /// A Slack message.
    Slack,
    /// A Teams adaptive card.
    Teams,
    /// JSON, signed when there is a secret.
    Json,
}

/// A TCP port.
pub(super) fn port(value: &str) -> Result<u16, String> {
    let port = parse::integer(value, 1, u32::from(u16::MAX))?;
    u16::try_from(port).map_err(|error| error.to_string())
}

/// How the connection to the mail server is protected.
pub(super) fn mail_tls(value: &str) -> Result<MailTls, String> {
    match value {
        "starttls" => Ok(MailTls::Starttls),
        "tls" => Ok(MailTls::Tls),
        "none" => Ok(MailTls::None),
        _ => Err(format!("is {}; write starttls, tls or none", parse::shown(value))),
    }
}

/// What a webhook understands.
pub(super) fn webhook_format(value: &str) -> Result<WebhookFormat, String> {
    match value {
        "slack" => Ok(WebhookFormat::Slack),
        "teams" => Ok(WebhookFormat::Teams),
        "json" => Ok(WebhookFormat::Json),
        _ => Err(format!("is {}; write slack, teams or json", parse::shown(value))),
    }
}

/// One URL of `SYNC_WEBHOOK_URL`, and what it says of the format.
pub(super) struct UrlOfWebhook {
    url: SecretString,
    /// What its prefix says.
    stated: Option<WebhookFormat>,
    /// What its host says.
    implied: WebhookFormat,
}

impl UrlOfWebhook {
    /// The webhook: its prefix goes before the format of all, and that before what the host says.
    pub(super) fn with_format(self, format: Option<WebhookFormat>) -> Webhook {
        Webhook { url: self.url, format: self.stated.or(format).unwrap_or(self.implied) }
    }
}

/// URLs with commas between, each of which may begin with a format and a plus sign. The error shows none of them.
pub(super) fn webhooks(value: &str) -> Result<Vec<UrlOfWebhook>, String> {
    let one = |text: &str| {
        let text = text.trim();
        let prefix = text.split_once("://").and_then(|(scheme, _)| scheme.split_once('+'));
        let (stated, url) = match prefix {
            Some((format, _)) => {
                let stated = webhook_format(format).map_err(|_| {
                    "has a URL with an unknown format in front; write slack+https://, teams+https:// or json+https://"
                        .to_owned()
                })?;
                (Some(stated), &text[format.len() + 1..])
            }
            None => (None, text),
        };
        let url = parse::http_url(url).map_err(|_| {
            "is not a list of http or https URLs; write one, or several with commas between".to_owned()
        })?;
        let implied = format_of(url.host_str().unwrap_or_default());
        Ok(UrlOfWebhook { url: SecretString::from(String::from(url)), stated, implied })
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

/// The key of signatures: `whsec_` announces base64 (Standard Webhooks 1.0.0); anything else is taken as it is.
pub(super) fn webhook_key(value: &str) -> Result<SecretSlice<u8>, String> {
    let Some(encoded) = value.strip_prefix("whsec_") else { return Ok(value.as_bytes().to_vec().into()) };
    match STANDARD.decode(encoded).or_else(|_| STANDARD_NO_PAD.decode(encoded)) {
        Ok(key) if !key.is_empty() => Ok(key.into()),
        _ => Err("begins with whsec_ but no base64 text follows; copy it again from the receiver".to_owned()),
    }
}
