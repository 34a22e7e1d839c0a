//! Webhooks: a Slack message, a Teams adaptive card, or JSON signed as Standard Webhooks 1.0.0 says.

use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::{SecondsFormat, Utc};
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret as _, SecretSlice};
use serde_json::{Value, json};

use super::{cut, http};
use crate::alerts::message::{Event, Wording, subject_line, text};
use crate::api::sign;
use crate::settings::{Webhook, WebhookFormat};
use crate::store::outbox::Message;

/// Sends a message to a webhook, and returns what it answered.
///
/// # Errors
/// In words, without the URL and the secret.
pub(super) async fn send(
    webhook: &Webhook,
    key: Option<&SecretSlice<u8>>,
    message: &Message,
    events: &[Event],
    wording: Wording<'_>,
    limit: Duration,
) -> Result<String> {
    let url = Url::parse(webhook.url.expose_secret()).context("SYNC_WEBHOOK_URL is not a URL")?;
    let body = match webhook.format {
        WebhookFormat::Slack => slack(events, wording),
        WebhookFormat::Teams => teams(events, wording),
        WebhookFormat::Json => plain(message, events, wording),
    }
    .to_string();
    let (id, timestamp) = (message.id.to_string(), Utc::now().timestamp().to_string());
    let mut request = http::client(&url, limit)?
        .post(url)
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", &id)
        .header("webhook-timestamp", &timestamp);
    if let (WebhookFormat::Json, Some(key)) = (webhook.format, key) {
        request = request
            .header("webhook-signature", sign(std::slice::from_ref(key), &id, &timestamp, body.as_bytes()));
    }
    let status = http::send(request.body(body)).await?;
    Ok(format!("HTTP {}", status.as_u16()))
}

/// The events as they are, in the envelope that Standard Webhooks proposes.
fn plain(message: &Message, events: &[Event], wording: Wording<'_>) -> Value {
    json!({
        "type": "examsync.alert",
        "timestamp": message.created_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "data": { "id": message.id, "subject": subject_line(events, wording), "alerts": events },
    })
}

/// Text without markup; `&`, `<` and `>` are Slack's control characters. Slack cuts what is longer than 40,000
/// characters by itself, wherever that is.
fn slack(events: &[Event], wording: Wording<'_>) -> Value {
    const MAX_BYTES: usize = 30_000;
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let whole = format!("{}\n{}", subject_line(events, wording), text(events, wording));
    let lines = cut::lines(&whole, MAX_BYTES, |line| escaped(line).len() + 1);
    json!({"text": escaped(&lines.join("\n")), "mrkdwn": false})
}

/// An adaptive card of text runs, in which Teams reads no Markdown. Teams takes a larger one, and may drop it then.
fn teams(events: &[Event], wording: Wording<'_>) -> Value {
    const MAX_BYTES: usize = 20_000;
    let run = |text: &str| json!({"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text}]});
    let mut subject = run(&subject_line(events, wording));
    subject["inlines"][0]["weight"] = json!("Bolder");
    let taken = card(vec![subject.clone()]).to_string().len();
    let lines = cut::lines(&text(events, wording), MAX_BYTES - taken, |line| run(line).to_string().len() + 1);
    card(std::iter::once(subject).chain(lines.iter().map(|line| run(line))).collect())
}

fn card(body: Vec<Value>) -> Value {
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": body,
            },
        }],
    })
}
