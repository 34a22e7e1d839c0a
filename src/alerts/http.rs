//! The HTTP client of webhooks and heartbeats: no redirects, and errors that hold no URL.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Url};

use crate::api::{is_loopback, root_cause, tls_config};

/// A client for one URL, whose every request is limited to `limit`.
///
/// # Errors
/// In words: TLS can't be set up.
pub(super) fn client(url: &Url, limit: Duration) -> Result<Client, String> {
    let tls = tls_config(None, url.scheme() == "https").map_err(|failure| failure.message)?;
    let mut builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(concat!("examsync/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .http1_only()
        .timeout(limit);
    if is_loopback(url) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| root_cause(&error))
}

/// Sends a request; anything but a 2xx is a failure, a redirect too (contract §8).
///
/// # Errors
/// In words, without the URL.
pub(super) async fn send(request: RequestBuilder) -> Result<(), String> {
    let response = request.send().await.map_err(|error| {
        if error.is_timeout() { "no answer in time".to_owned() } else { root_cause(&error) }
    })?;
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let what = if status.is_redirection() { "a redirect, which is not followed" } else { "refused" };
    Err(format!("HTTP {}: {what}", status.as_u16()))
}
