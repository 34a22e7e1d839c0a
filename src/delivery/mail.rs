//! Mail over SMTP, in plain text.

use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use lettre::address::Envelope;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message as Letter};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::response::Category;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use secrecy::ExposeSecret as _;
use tokio::time::{Instant, timeout};

use crate::alerts::message::{Event, Wording, subject_line, text};
use crate::settings::{Mail, MailTls};
use crate::store::outbox::Message;

/// The margin before the time limit at which the recipients that were served are recorded.
const TOLD_BEFORE: Duration = Duration::from_millis(200);

/// Sends a message to the recipients. If the server refuses it because of one of them, each gets a message of their
/// own, so that an address that no longer exists does not stop the mail to the others.
///
/// # Errors
/// In words, without the password: no recipient was served.
pub(super) async fn send(
    mail: &Mail,
    message: &Message,
    events: &[Event],
    wording: Wording<'_>,
    limit: Duration,
) -> Result<()> {
    // What was accepted must be recorded as delivered before the time limit ends this try.
    let until = Instant::now() + limit.saturating_sub(TOLD_BEFORE);
    let domain = mail.from.email.domain();
    let sender = mail.from.name.clone().unwrap_or_else(|| "examsync".to_owned());
    let mut letter = Letter::builder()
        .from(Mailbox::new(Some(sender), mail.from.email.clone()))
        .subject(subject_line(events, wording))
        .message_id(Some(format!("<{}@{domain}>", message.id)))
        .header(ContentType::TEXT_PLAIN);
    for to in &mail.to {
        letter = letter.to(to.clone());
    }
    let letter = letter.body(text(events, wording))?.formatted();
    let transport = transport(mail, limit)?;
    let envelope = |to: Vec<Address>| Envelope::new(Some(mail.from.email.clone()), to);
    let refused = match transport
        .send_raw(&envelope(mail.to.iter().map(|to| to.email.clone()).collect())?, &letter)
        .await
    {
        Ok(_) => return Ok(()),
        Err(error) if mail.to.len() > 1 && is_of_a_recipient(&error) => error,
        Err(error) => return Err(anyhow!(plainly(mail, &error))),
    };
    let single = async |to: &Mailbox| {
        let envelope = envelope(vec![to.email.clone()])?;
        let left = until.saturating_duration_since(Instant::now());
        let sent =
            timeout(left, transport.send_raw(&envelope, &letter)).await.context("no answer in time")?;
        sent.map(drop).map_err(|error| anyhow!(plainly(mail, &error)))
    };
    let mut taken = false;
    for (to, sent) in mail.to.iter().zip(join_all(mail.to.iter().map(single)).await) {
        match sent {
            Ok(()) => taken = true,
            Err(error) => {
                tracing::warn!(recipient = %to.email, %error, "an alert was not sent to one of the recipients")
            }
        }
    }
    if taken { Ok(()) } else { Err(anyhow!(plainly(mail, &refused))) }
}

/// 550 to 554 (RFC 5321 §4.2.3). Other refusals, such as that of a login, are not retried per recipient.
fn is_of_a_recipient(error: &lettre::transport::smtp::Error) -> bool {
    error.is_permanent() && error.status().is_some_and(|code| code.category == Category::MailSystem)
}

fn transport(mail: &Mail, limit: Duration) -> Result<AsyncSmtpTransport<Tokio1Executor>> {
    let parameters = || TlsParameters::new_rustls(mail.host.clone()).context("TLS can't be set up");
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
    let text: String = crate::text::sanitize::clean(&text).chars().take(300).collect();
    format!("{}:{}: {text}", mail.host, mail.port)
}
