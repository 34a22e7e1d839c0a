//! Sends one batch: the same bytes on every try of a run, each with its own time and signature.

use std::cell::Cell;
use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use reqwest::header::CONTENT_TYPE;
use secrecy::ExposeSecret as _;
use tokio::time::Instant;
use uuid::Uuid;

use super::answer::{self, Verdict};
use super::target::{Authority, Target};
use crate::api::{retry_wait, sign, sign_hex};
use crate::store::outbox::Kind;
use crate::store::outbox::batches::Pending;

/// No wait of a run is longer, unless the destination asks for it.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// How a run tries again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Retries {
    /// `SYNC_RETRY_ATTEMPTS`.
    pub(super) attempts: u32,
    /// `SYNC_RETRY_DELAY`.
    pub(super) delay: Duration,
    /// When the run ends.
    pub(super) deadline: Instant,
}

/// A batch that was tried.
pub(super) struct Tried {
    pub(super) batch: Pending,
    pub(super) body: Bytes,
    pub(super) tries: i32,
    pub(super) verdict: Verdict,
}

/// Tries a batch as often as `retries` say, unless `halted` says that the destination takes nothing more in this run.
pub(super) async fn deliver(
    target: &Target,
    retries: Retries,
    (batch, body): (Pending, Bytes),
    halted: &Cell<bool>,
) -> Tried {
    let mut tries = 0;
    let verdict = loop {
        let verdict = once(target, batch.kind, batch.message_id, &body, batch.resources.len()).await;
        tries += 1;
        let Verdict::Failed { again: true, floor, ref why, .. } = verdict else { break verdict };
        if tries > retries.attempts || halted.get() {
            break verdict;
        }
        let wait = wait(retries.delay, tries, floor);
        if Instant::now() + wait >= retries.deadline {
            break verdict;
        }
        tracing::info!(host = target.known.host, retry = tries, why, "a batch was not taken; will try again");
        tokio::time::sleep(wait).await;
    };
    Tried { batch, body, tries: i32::try_from(tries).unwrap_or(i32::MAX), verdict }
}

/// How long the next try waits after so many.
fn wait(delay: Duration, tries: u32, floor: Option<Duration>) -> Duration {
    retry_wait(delay, tries, None).min(MAX_WAIT).max(floor.unwrap_or_default())
}

/// One try.
pub(super) async fn once(target: &Target, kind: Kind, id: Uuid, body: &Bytes, records: usize) -> Verdict {
    let id = id.to_string();
    let mut request = target.client.post(target.url(kind)).header(CONTENT_TYPE, "application/json");
    let judged = match &target.authority {
        Authority::Signatures { keys, hex_key } => {
            let timestamp = Utc::now().timestamp().to_string();
            request = request
                .header("webhook-signature", sign(keys, &id, &timestamp, body))
                .header("webhook-id", &id)
                .header("webhook-timestamp", timestamp);
            if let Some(key) = hex_key {
                request =
                    request.header("x-webhook-signature", sign_hex(key.expose_secret().as_bytes(), body));
            }
            false
        }
        Authority::Token => {
            request = request.header("idempotency-key", &id);
            true
        }
    };
    let verdict = match request.body(body.clone()).send().await {
        Ok(response) => answer::read(response, records, judged).await,
        Err(error) => answer::unsent(&error),
    };
    target.without_secrets(verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_wait_is_longer_than_thirty_seconds_unless_the_destination_asks_for_it() {
        for (delay, tries) in [(1, 10), (60, 1), (3_600, 4)] {
            assert_eq!(wait(Duration::from_secs(delay), tries, None), MAX_WAIT, "{delay} {tries}");
        }
        let second = Duration::from_secs(1);
        assert!(wait(second, 1, None) <= second);
        assert_eq!(wait(second, 1, Some(Duration::from_secs(7))), Duration::from_secs(7));
        assert_eq!(wait(second, 10, Some(Duration::from_secs(90))), Duration::from_secs(90));
    }
}
