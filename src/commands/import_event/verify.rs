//! Whether a request is what it says: signed by a secret of ours, now, and an event (contract §12.3).

use chrono::{DateTime, Utc};
use secrecy::SecretSlice;
use serde_json::Value;

use super::answer::Refused;
use super::request::Request;
use crate::api::{is_signed, is_signed_hex};
use crate::settings::{EventScheme, Push};

/// A request that is verified.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Verified {
    /// What names it.
    pub(super) id: String,
    /// The event, or the envelope of several.
    pub(super) event: Value,
}

/// Verifies the signature, then the age, and then that it is an event: before that nothing it says is believed.
pub(super) fn verify(
    request: &Request,
    keys: &[SecretSlice<u8>],
    push: &Push,
    now: DateTime<Utc>,
) -> Result<Verified, Refused> {
    let tolerance = i64::try_from(push.event_tolerance.as_secs()).unwrap_or(i64::MAX);
    let in_time = |sent: i64| match now.timestamp().abs_diff(sent) <= tolerance.unsigned_abs() {
        true => Ok(()),
        false => Err(Refused::unsigned(
            "the event is older than SYNC_EVENT_TOLERANCE, or of a time to come; compare the clocks",
        )),
    };
    if push.event_scheme == EventScheme::Hex {
        let signature = request.hex_signature.as_deref().ok_or_else(|| missing("x-webhook-signature"))?;
        if !is_signed_hex(keys, signature, &request.body) {
            return Err(not_signed());
        }
        let event = parsed(&request.body)?;
        let id = event["id"].as_str().filter(|id| !id.is_empty() && id.len() <= 255).map(str::to_owned);
        let id = id.ok_or_else(|| Refused::body("the event has no id, which this scheme needs"))?;
        let sent = sent_at(&event["timestamp"])
            .ok_or_else(|| Refused::body("the event has no timestamp, which this scheme needs"))?;
        in_time(sent)?;
        return Ok(Verified { id, event });
    }
    let id = request.id.clone().ok_or_else(|| missing("webhook-id"))?;
    let timestamp = request.timestamp.as_deref().ok_or_else(|| missing("webhook-timestamp"))?;
    let signature = request.signature.as_deref().ok_or_else(|| missing("webhook-signature"))?;
    let sent =
        timestamp.parse().map_err(|_| Refused::unsigned("webhook-timestamp is no number of seconds"))?;
    if !is_signed(keys, (&id, timestamp), signature, &request.body) {
        return Err(not_signed());
    }
    in_time(sent)?;
    Ok(Verified { id, event: parsed(&request.body)? })
}

fn missing(header: &str) -> Refused {
    Refused::unsigned(format!("the header {header} is missing; have the server or hook runner pass it on"))
}

fn not_signed() -> Refused {
    Refused::unsigned(
        "no secret of SYNC_EVENT_SECRET made this signature; compare the secrets, and have the body passed on byte by byte",
    )
}

/// The event, which must say its type.
fn parsed(body: &[u8]) -> Result<Value, Refused> {
    let event: Value = serde_json::from_slice(body)
        .map_err(|error| Refused::body(format!("the event is no JSON: {error}")))?;
    match event["type"].as_str().is_some_and(|text| !text.is_empty()) {
        true => Ok(event),
        false => Err(Refused::body("the event says no type")),
    }
}

/// Seconds since 1970, as a number or as RFC 3339 says it.
fn sent_at(timestamp: &Value) -> Option<i64> {
    match timestamp {
        Value::Number(seconds) => seconds.as_i64(),
        Value::String(text) => {
            let parsed = DateTime::parse_from_rfc3339(text).ok().map(|at| at.timestamp());
            parsed.or_else(|| text.parse().ok())
        }
        _ => None,
    }
}
