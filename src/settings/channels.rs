//! Parsers of single values of mail and webhooks; errors as in [`super::parse`].

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use lettre::Address;
use secrecy::{SecretSlice, SecretString};

use super::alerts::{MailTls, Webhook, WebhookFormat};
use super::parse;

/// A mail address.
pub(super) fn address(value: &str) -> Result<Address, String> {
    value
        .parse()
        .map_err(|_| format!("is {}; write a mail address such as exams@example.com", parse::shown(value)))
}

/// Mail addresses with commas between.
pub(super) fn addresses(value: &str) -> Result<Vec<Address>, String> {
    value.split(',').map(|one| address(one.trim())).collect()
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

/// One URL of `SYNC_WEBHOOK_URL`, and what its host says of the format.
pub(super) struct UrlOfWebhook {
    url: SecretString,
    format: WebhookFormat,
}

impl UrlOfWebhook {
    /// The webhook; a `format` that is set goes before what the host says.
    pub(super) fn with_format(self, format: Option<WebhookFormat>) -> Webhook {
        Webhook { url: self.url, format: format.unwrap_or(self.format) }
    }
}

/// URLs with commas between. The error shows none of them.
pub(super) fn webhooks(value: &str) -> Result<Vec<UrlOfWebhook>, String> {
    let one = |text: &str| {
        let url = parse::http_url(text.trim()).map_err(|_| {
            "is not a list of http or https URLs; write one, or several with commas between".to_owned()
        })?;
        let format = format_of(url.host_str().unwrap_or_default());
        Ok(UrlOfWebhook { url: SecretString::from(String::from(url)), format })
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
        _ => Err("begins with whsec_ but no base64 text follows; copy it anew from the receiver".to_owned()),
    }
}
