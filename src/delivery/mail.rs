//! Mail over SMTP, in plain text.

mod letter;
mod reason;
mod session;

use std::time::Duration;

use anyhow::anyhow;
use lettre::Address;
use lettre::transport::smtp::extension::ClientId;
use tokio::time::Instant;

use self::session::{Sent, Session, Unserved};
use super::NotDelivered;
use crate::alerts::message::{Event, Wording};
use crate::settings::Mail;
use crate::store::outbox::{Message, name_of, recipients};

/// The margin before the time limit at which the recipients that were served are recorded.
const RECORDED_BEFORE: Duration = Duration::from_millis(200);

/// Connects and logs in, without a mail.
///
/// # Errors
/// In words, without the password.
pub(super) async fn log_in(mail: &Mail, host_name: &str, until: Instant) -> Result<(), String> {
    Session { mail, hello: introduction(host_name), until }.log_in().await
}

/// Sends a message to those of its recipients that the settings still name. A recipient that is refused or put off is
/// left for the next try, and the others have theirs. Returns what the server answered.
///
/// # Errors
/// In words, without the password, with the recipients that are left.
pub(super) async fn send(
    mail: &Mail,
    host_name: &str,
    message: &Message,
    (events, wording): (&[Event], Wording<'_>),
    limit: Duration,
) -> Result<String, NotDelivered> {
    // What was accepted must be recorded as delivered before the time limit ends this try.
    let until = Instant::now() + limit.saturating_sub(RECORDED_BEFORE);
    let letter = letter::letter(mail, message, events, wording)?;
    let named: Vec<&str> = recipients(&message.destination).collect();
    let to: Vec<Address> = mail
        .to
        .iter()
        .map(|to| to.email.clone())
        .filter(|address| named.contains(&AsRef::<str>::as_ref(address)))
        .collect();
    if to.is_empty() {
        return Err(anyhow!("none of its recipients is set up now").into());
    }
    let all = to.len();
    let Sent { unserved, answer } =
        Session { mail, hello: introduction(host_name), until }.send(to, &letter).await;
    match unserved.len() {
        0 => Ok(answer.unwrap_or_default()),
        left if left == all => {
            let is_permanent = unserved.iter().all(|(_, reason)| reason.is_permanent);
            Err(NotDelivered { is_permanent, ..anyhow!(reasons(&unserved)).into() })
        }
        _ => {
            for (recipient, reason) in &unserved {
                tracing::warn!(%recipient, error = reason.text, "an alert was not sent to one of the recipients");
            }
            let left: Vec<String> = unserved.iter().map(|(address, _)| address.to_string()).collect();
            Err(NotDelivered { left: Some(name_of(&left)), ..anyhow!(reasons(&unserved)).into() })
        }
    }
}

/// Each reason once: mostly there is one for all of them.
fn reasons(unserved: &Unserved) -> String {
    let mut reasons: Vec<&str> = Vec::new();
    for (_, reason) in unserved {
        if !reasons.contains(&reason.text.as_str()) {
            reasons.push(&reason.text);
        }
    }
    reasons.join("; ")
}

/// The host's name, by which mail servers know this machine, where it has the form of one (RFC 5321 §4.1.1.1).
fn introduction(host_name: &str) -> ClientId {
    let label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if host_name.split('.').all(label) { ClientId::Domain(host_name.to_owned()) } else { ClientId::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_a_proper_name_introduces_itself_by_an_address() {
        for name in ["exam-1", "exam-1.example.com", "7"] {
            assert_eq!(introduction(name).to_string(), name);
        }
        for name in ["", "exam_1", "exam 1", "exam-1.", "-exam", "İmtahan", "a\r\nb"] {
            assert_eq!(introduction(name).to_string(), "[127.0.0.1]", "{name:?}");
        }
    }
}
