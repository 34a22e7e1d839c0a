//! The external system's API: the client that pulls answers from it, and one error per reaction.

mod answer;
mod attempt;
mod attempt_error;
mod body;
mod certificate;
mod client;
mod exchange;
mod greeting;
mod head;
mod http;
mod http_host;
mod patience;
mod retry;
mod reuse;
mod route;
mod standard_webhooks;
#[cfg(test)]
mod tests;
mod tls;
mod transfer;
mod unpack;

pub(crate) use attempt_error::root_cause;
pub(crate) use client::Client;
pub(crate) use exchange::{Exchange, ExchangeSettings, Reply};
pub(crate) use greeting::{Greeting, greet};
pub(crate) use head::Head;
pub(crate) use http::builder as http_client;
pub(crate) use retry::{ExpectedRequests, retry_after, wait as retry_wait};
pub(crate) use standard_webhooks::{is_signed, is_signed_hex, sign, sign_hex};
pub(crate) use tls::is_distrust;

use crate::exit::{Failure, FailureKind};

/// Why a pull failed: one variant per reaction of the caller (contract §4). The texts name the
/// request, the HTTP status where there was an answer, and what to do next; none holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The token is not accepted (401 or 403), or the server's certificate is not trusted. Never retried; later
    /// pulls fail without a request.
    #[error("{0}")]
    Refused(String),
    /// Something is wrong with the settings, and no retry helps.
    #[error("{0}")]
    Setup(String),
    /// The answer is not what the API contract says, also when it was cut off on every try.
    #[error("{0}")]
    Contract(String),
    /// The API can't be reached, took too long, or is not well; the next run may succeed.
    #[error("{0}")]
    Temporary(String),
    /// A signal or the deadline ended the pull.
    #[error("{0}")]
    Stopped(Failure),
    /// The reading side has stopped. It knows why, and its failure is the one to report.
    #[error("the answer is no longer read")]
    ReaderGone,
}

impl ApiError {
    /// The same error with `note` in brackets at its end.
    fn with_note(self, note: &str) -> Self {
        let append = |text: String| format!("{text} ({note})");
        match self {
            ApiError::Refused(text) => ApiError::Refused(append(text)),
            ApiError::Setup(text) => ApiError::Setup(append(text)),
            ApiError::Contract(text) => ApiError::Contract(append(text)),
            ApiError::Temporary(text) => ApiError::Temporary(append(text)),
            ApiError::Stopped(_) | ApiError::ReaderGone => self,
        }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        let kind = match &error {
            ApiError::Refused(_) => FailureKind::Auth,
            ApiError::Setup(_) => FailureKind::Setup,
            ApiError::Contract(_) => FailureKind::Contract,
            ApiError::Temporary(_) => FailureKind::Temporary,
            ApiError::ReaderGone => FailureKind::Internal,
            ApiError::Stopped(failure) => return failure.clone(),
        };
        Failure::new(kind, error.to_string())
    }
}
