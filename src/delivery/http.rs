//! The HTTP client of webhooks and heartbeats, whose errors hold no URL.

use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use reqwest::{Client, RequestBuilder, Url};
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

/// Sends a request; anything but a 2xx is a failure, a redirect too (contract §8).
///
/// # Errors
/// In words, without the URL.
pub(super) async fn send(request: RequestBuilder) -> Result<()> {
    let response = request.send().await.map_err(|error| {
        if error.is_timeout() { anyhow!("no answer in time") } else { anyhow!(root_cause(&error)) }
    })?;
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let what = if status.is_redirection() { "a redirect, which is not followed" } else { "refused" };
    bail!("HTTP {}: {what}", status.as_u16())
}
