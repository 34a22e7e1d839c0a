//! What all HTTP clients of the program share: whom they trust, no redirects, no retries of their own; and how an
//! address is told.

use std::net::IpAddr;

use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Url};
use rustls::RootCertStore;

use super::tls;
use crate::exit::Failure;

/// A client for requests to `url`, which trusts `extra_roots` beside the machine's.
///
/// # Errors
/// [`crate::exit::FailureKind::Setup`] when there are no root certificates.
pub(crate) fn builder(url: &Url, extra_roots: RootCertStore) -> Result<ClientBuilder, Failure> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls::config(extra_roots, url.scheme() == "https")?)
        .user_agent(concat!("examsync/", env!("CARGO_PKG_VERSION")))
        // A token or a secret goes nowhere else.
        .redirect(Policy::none())
        // Retries are counted against the command's budget, or left to the next command.
        .retry(reqwest::retry::never())
        // On HTTP/2 all bodies share one window: those that wait for the reader would starve the one that it reads.
        .http1_only();
    Ok(if is_loopback(url) { builder.no_proxy() } else { builder })
}

/// The host of an address, with its port where one is given.
pub(super) fn host_and_port(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// Whether an address is on this machine, where no proxy stands between.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
