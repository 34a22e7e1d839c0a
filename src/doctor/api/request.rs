//! One request to the API, of which no more is read than the beginning of its first record.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::mpsc;

use super::GROUP;
use crate::api::{ApiError, Client, Head};
use crate::decode;
use crate::doctor::check::Check;
use crate::doctor::clock::OtherClock;
use crate::exit::Failure;
use crate::feed::{Body, Request, Unreadable};
use crate::model::Stopped;
use crate::tasks::run_blocking;

/// A certificate that ends within this time is worth a look.
const CERTIFICATE_ENDS_SOON: TimeDelta = TimeDelta::days(14);

/// What a request showed.
pub(super) struct Outcome {
    /// The checks of what it needed, in the order of the way to an answer.
    pub(super) checks: Vec<Check>,
    /// The check of the proxy, where it is what failed.
    pub(super) proxy: Option<Check>,
    /// Whether the API let the token read.
    pub(super) token_is_accepted: bool,
    /// The API's clock, where it says what time it is.
    pub(super) clock: Option<OtherClock>,
}

/// Asks for the halls once, as a pass would.
///
/// # Errors
/// Why the command was stopped.
pub(super) async fn send(client: &Client, limit: Duration) -> Result<Outcome, Failure> {
    let (sender, bodies) = mpsc::channel(1);
    let reading = run_blocking(move || read_beginning(bodies));
    let asking = async {
        let answer = client.pull(Request::Halls, None, &sender).await;
        drop(sender);
        answer
    };
    let (answer, was_read) = tokio::join!(asking, reading);
    let error = match answer {
        Err(ApiError::Stopped(failure)) => return Err(failure),
        Err(ApiError::ReaderGone) if was_read => None,
        answer => answer.err(),
    };
    Ok(judge(client.first_head(), error, limit))
}

/// Reads the first body up to its first record; whether that came to be.
fn read_beginning(mut bodies: mpsc::Receiver<Body>) -> bool {
    let Some(Body { context, reader, verdict, .. }) = bodies.blocking_recv() else { return false };
    let mut was_read = false;
    let read = decode::halls(reader, &context, &mut |_| {
        was_read = true;
        Err(Stopped)
    });
    // A client that is gone has its own reason.
    let _ = verdict.send(if was_read { Err(Unreadable::Abandoned) } else { read });
    was_read
}

/// Which of the steps to an answer went well, and which one failed.
fn judge(head: Option<&Head>, error: Option<ApiError>, limit: Duration) -> Outcome {
    let mut outcome = Outcome { checks: Vec::new(), proxy: None, token_is_accepted: false, clock: None };
    let failure = error.map(Failure::from);
    let failed = |name: &str| {
        let failure = failure.as_ref()?;
        Some(GROUP.fail(name, failure, "check EXTERNAL_HALL_API_URL, or ask those who run the API"))
    };
    let Some(head) = head else {
        let message = failure.as_ref().map(|failure| failure.message.as_str()).unwrap_or_default();
        if message.contains("the proxy ") {
            outcome.proxy = failed("proxy");
        } else {
            outcome.checks.extend(failed(if message.contains("is not trusted") {
                "certificate"
            } else {
                "reachable"
            }));
        }
        return outcome;
    };
    if head.status.as_u16() == 407 {
        outcome.proxy = failed("proxy");
        return outcome;
    }
    outcome.clock = head.date.map(|theirs| OtherClock { of: "API", theirs, ours: head.received_at });
    outcome.checks.push(GROUP.ok("reachable", format!("it answered with HTTP {}", head.status.as_u16())));
    outcome.checks.extend(certificate(head));
    outcome.checks.push(GROUP.ok("HTTP version", format!("{:?}", head.version)));
    outcome.checks.push(response_time(head, limit));
    if matches!(head.status.as_u16(), 401 | 403) {
        outcome.checks.extend(failed("token"));
        return outcome;
    }
    outcome.token_is_accepted = head.status.is_success();
    if outcome.token_is_accepted {
        outcome.checks.push(GROUP.ok("token", "the API accepts the token"));
    }
    outcome.checks.push(
        failed("answer").unwrap_or_else(|| {
            GROUP.ok("answer", "it begins as the API contract says; no more of it was read")
        }),
    );
    outcome
}

fn certificate(head: &Head) -> Option<Check> {
    let ends_at = head.certificate_ends_at?;
    let message = format!("the server's certificate is trusted and ends on {}", ends_at.format("%Y-%m-%d"));
    Some(match ends_at - head.received_at < CERTIFICATE_ENDS_SOON {
        true => GROUP.warn(
            "certificate",
            message,
            "remind those who run the API to renew it: after that, passes end with 12",
        ),
        false => GROUP.ok("certificate", message),
    })
}

fn response_time(head: &Head, limit: Duration) -> Check {
    const NAME: &str = "response time";
    let message = format!("the answer began after {} ms", head.took.as_millis());
    if head.took * 2 > limit {
        let limit = humantime::format_duration(limit);
        return GROUP.warn(
            NAME,
            format!("{message}; SYNC_TIMEOUT is {limit}"),
            "raise SYNC_TIMEOUT, or ask those who run the API",
        );
    }
    GROUP.ok(NAME, message)
}
