//! Mail over SMTP, in plain text.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono_tz::Tz;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message as Letter};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use secrecy::ExposeSecret as _;

use super::event::{Event, subject_line, text};
use crate::settings::{Mail, MailTls};
use crate::store::outbox::Message;

/// Sends a message to the recipients.
///
/// # Errors
/// In words, without the password.
pub(super) async fn send(
    mail: &Mail,
    message: &Message,
    events: &[Event],
    zone: Tz,
    limit: Duration,
) -> Result<(), String> {
    let domain = mail.from.domain();
    let mut letter = Letter::builder()
        .from(Mailbox::new(Some("examsync".to_owned()), mail.from.clone()))
        .subject(subject_line(events))
        .message_id(Some(format!("<{}@{domain}>", message.id)))
        .header(ContentType::TEXT_PLAIN);
    for to in &mail.to {
        letter = letter.to(Mailbox::new(None, to.clone()));
    }
    let letter = letter.body(text(events, zone)).map_err(|error| error.to_string())?;
    let transport = transport(mail, limit)?;
    transport.send(letter).await.map(drop).map_err(|error| plainly(mail, &error))
}

fn transport(mail: &Mail, limit: Duration) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
    let parameters = || {
        TlsParameters::new_rustls(mail.host.clone()).map_err(|error| format!("TLS can't be set up: {error}"))
    };
    let tls = match mail.tls {
        MailTls::Starttls => Tls::Required(parameters()?),
        MailTls::Tls => Tls::Wrapper(parameters()?),
        MailTls::None => Tls::None,
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host)
        .port(mail.port)
        .tls(tls)
        .timeout(Some(limit));
    if let Some((user, password)) = &mail.login {
        builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
    }
    Ok(builder.build())
}

/// The error and its causes on one line; a server that repeats the password is not repeated.
fn plainly(mail: &Mail, error: &lettre::transport::smtp::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(&format!(": {inner_text}"));
        }
        source = inner.source();
    }
    if let Some((user, password)) = &mail.login {
        let password = password.expose_secret();
        // As it is, and as the commands of AUTH PLAIN (RFC 4616) and AUTH LOGIN carry it.
        let plain = STANDARD.encode(format!("\0{user}\0{password}"));
        for said in [password, &plain, &STANDARD.encode(password)] {
            text = text.replace(said, "…");
        }
    }
    let text: String = crate::output::clean(&text).chars().take(300).collect();
    format!("{}:{}: {text}", mail.host, mail.port)
}
