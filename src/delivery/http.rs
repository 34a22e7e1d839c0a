//! The HTTP client of webhooks and heartbeats, whose errors hold no URL.

use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use rustls::RootCertStore;

use crate::api::{http_client, root_cause};

/// A client for one URL, whose every request is limited to `limit`.
///
/// # Errors
/// In words: TLS can't be set up.
pub(super) fn client(url: &Url, limit: Duration) -> Result<Client> {
    let builder = http_client(url, RootCertStore::empty())?.timeout(limit);
    builder.build().map_err(|error| anyhow!(root_cause(&error)))
}

/// An answer that is no 2xx.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("HTTP {}: {}", .0.as_u16(), if .0.is_redirection() { "a redirect, which is not followed" } else { "refused" })]
pub(super) struct Refused(StatusCode);

impl Refused {
    /// Whether the same request will be answered the same.
    pub(super) fn is_permanent(&self) -> bool {
        self.0.is_client_error() && !matches!(self.0.as_u16(), 408 | 425 | 429)
    }
}

/// Sends a request, and returns the answer's status; anything but a 2xx is a failure, a redirect too (contract §8).
///
/// # Errors
/// [`Refused`], or in words, without the URL.
pub(super) async fn send(request: RequestBuilder) -> Result<StatusCode> {
    let response = request.send().await.map_err(|error| {
        if error.is_timeout() { anyhow!("no answer in time") } else { anyhow!(root_cause(&error)) }
    })?;
    let status = response.status();
    if !status.is_success() {
        bail!(Refused(status));
    }
    Ok(status)
}
