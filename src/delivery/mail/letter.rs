//! The letter: its headers as RFC 2045, 3834 and 5322 want them, and its text.

use anyhow::Result;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message as Letter};
use uuid::Uuid;

use crate::alerts::message::{Event, Wording, subject_line, text};
use crate::settings::Mail;
use crate::store::outbox::Message;

/// The most alerts whose threads a letter joins.
const MAX_REFERENCES: usize = 20;

/// `Auto-Submitted: auto-generated` (RFC 3834): a program wrote this, so no other program answers it.
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The letter as it is sent, the same on every try and to every recipient.
///
/// # Errors
/// The headers can't be written.
pub(super) fn letter(
    mail: &Mail,
    message: &Message,
    events: &[Event],
    wording: Wording<'_>,
) -> Result<Vec<u8>> {
    let domain = mail.from.email.domain();
    let id = |message: Uuid| format!("<{message}@{domain}>");
    let sender = mail.from.name.clone().unwrap_or_else(|| "examsync".to_owned());
    let mut letter = Letter::builder()
        .from(Mailbox::new(Some(sender), mail.from.email.clone()))
        .subject(subject_line(events, wording))
        .message_id(Some(id(message.id)))
        .header(MIME_VERSION_1_0)
        .header(ContentType::TEXT_PLAIN)
        .header(AutoSubmitted);
    for to in &mail.to {
        letter = letter.to(to.clone());
    }
    let threads = threads(message.id, events);
    if let Some(first) = threads.first() {
        let all: Vec<String> = threads.iter().map(|message| id(*message)).collect();
        letter = letter.in_reply_to(id(*first)).references(all.join(" "));
    }
    Ok(letter.body(text(events, wording))?.formatted())
}

/// The messages that opened these alerts, each once.
fn threads(own: Uuid, events: &[Event]) -> Vec<Uuid> {
    let mut threads = Vec::new();
    for thread in events.iter().flat_map(|event| &event.threads).copied().filter(|thread| *thread != own) {
        if !threads.contains(&thread) {
            threads.push(thread);
        }
    }
    threads.truncate(MAX_REFERENCES);
    threads
}
