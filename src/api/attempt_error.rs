//! What went wrong in one attempt: the error it would be, and whether another attempt may help.

use std::error::Error;
use std::time::Duration;

use super::ApiError;
use super::tls;
use crate::feed::Request;
use crate::text::truncate::plain;

/// The failure of one attempt.
pub(super) struct Fault {
    /// What the pull fails with when this was the last attempt.
    pub(super) error: ApiError,
    /// Whether another attempt may go better.
    pub(super) again: bool,
    /// `Retry-After`: the least wait before the next attempt.
    pub(super) floor: Option<Duration>,
}

/// What to do about an answer that only the other side can mend.
pub(super) const TELL: &str = "tell those who run the API";

impl Fault {
    /// A fault that no retry mends.
    pub(super) fn last(error: ApiError) -> Self {
        Self { error, again: false, floor: None }
    }

    /// A fault that a retry may mend.
    pub(super) fn again(error: ApiError) -> Self {
        Self { error, again: true, floor: None }
    }

    /// Nothing came for `timeout`; `missing` says what was due and from where.
    pub(super) fn timeout(request: Request, missing: &str, timeout: Duration) -> Self {
        let limit = humantime::format_duration(timeout);
        Self::again(ApiError::Temporary(format!(
            "{request}: no {missing} within SYNC_TIMEOUT ({limit}); \
             try again later, or raise SYNC_TIMEOUT"
        )))
    }

    /// The body ended before it was whole, for whatever reason but a timeout: how a connection
    /// ends (FIN, RST) is chance, so all of them are one fault.
    pub(super) fn cut_off(request: Request, why: &str) -> Self {
        Self::again(ApiError::Contract(format!(
            "{request}: the answer (HTTP 200) was cut off: {}; try again later, or look at the API and \
             what is between it and here",
            plain(why, 200)
        )))
    }

    /// The request did not get as far as an answer from `host`.
    pub(super) fn unsent(request: Request, host: &str, error: &reqwest::Error, timeout: Duration) -> Self {
        if let Some(reason) = tls::distrust(error) {
            return Self::last(ApiError::Refused(format!(
                "{request}: {host} is not trusted: {reason}; have that mended, or, when its CA is your own, name \
                 the CA's certificate in EXTERNAL_HALL_API_CA_FILE"
            )));
        }
        if error.is_timeout() {
            return Self::timeout(request, &format!("connection to {host}"), timeout);
        }
        let what = if error.is_connect() { "can't be reached" } else { "gave no answer" };
        Self::again(ApiError::Temporary(format!(
            "{request}: {host} {what}: {}; check EXTERNAL_HALL_API_URL and the network, or try again later",
            root_cause(error)
        )))
    }
}

/// The innermost reason: the layers above it say only that a request failed, and may hold the URL.
pub(crate) fn root_cause(error: &reqwest::Error) -> String {
    let mut source = error.source();
    let mut text = "the request failed".to_owned();
    while let Some(inner) = source {
        text = inner.to_string();
        source = inner.source();
    }
    plain(&text, 200)
}
