//! What all HTTP clients of the program share: whom they trust, no redirects, no retries of their own.

use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Url};
use rustls::{ClientConfig, RootCertStore};

use super::route::is_loopback;
use super::tls;
use crate::exit::Failure;

/// A client for requests to `url`, which trusts `extra_roots` in addition to the machine's.
///
/// # Errors
/// [`crate::exit::FailureKind::Setup`] when there are no root certificates.
pub(crate) fn builder(url: &Url, extra_roots: RootCertStore) -> Result<ClientBuilder, Failure> {
    Ok(builder_with(url, tls::config(extra_roots, url.scheme() == "https")?))
}

/// A client for requests to `url`, which trusts as `tls` says.
pub(super) fn builder_with(url: &Url, tls: ClientConfig) -> ClientBuilder {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .tls_info(true)
        .user_agent(concat!("examsync/", env!("CARGO_PKG_VERSION")))
        // A token or a secret goes nowhere else.
        .redirect(Policy::none())
        // Retries are counted against the command's budget, or left to the next command.
        .retry(reqwest::retry::never())
        // On HTTP/2 all bodies share one window: those that wait for the reader would starve the one that it reads.
        .http1_only();
    if is_loopback(url) { builder.no_proxy() } else { builder }
}
