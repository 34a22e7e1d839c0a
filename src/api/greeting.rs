//! Speaks TLS with a host without any request: whether something that is pinged or posted to later is there and
//! trusted.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use reqwest::Url;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, RootCertStore};

use super::route::{API, Route};
use super::{certificate, tls};
use crate::text::truncate::plain;

/// How a host was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Greeting {
    /// Its certificate is trusted.
    Trusted {
        /// When that ends, where it can be read.
        ends_at: Option<DateTime<Utc>>,
    },
    /// It takes connections. The URL asks for no TLS.
    Plain,
    /// There is a proxy in between, which was not asked.
    BehindProxy {
        /// Its host and port.
        proxy: String,
    },
}

/// Connects to the host of `url`, and where it is https speaks TLS. To be called where it may block.
///
/// # Errors
/// In words, with the host and without the rest of the URL.
pub(crate) fn greet(url: &Url, limit: Duration) -> Result<Greeting, String> {
    let route = Route::to(url, API).ok_or_else(|| "it has no host".to_owned())?;
    if let Some(proxy) = route.proxy {
        return Ok(Greeting::BehindProxy { proxy: proxy.host });
    }
    let host = route.host;
    let until = Instant::now() + limit;
    let mut stream = connect(url, until)
        .map_err(|error| format!("{host} can't be reached: {}", plain(&error.to_string(), 200)))?;
    if url.scheme() != "https" {
        return Ok(Greeting::Plain);
    }
    let config = tls::config(RootCertStore::empty(), true).map_err(|failure| failure.message)?;
    let name = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    let name =
        ServerName::try_from(name).map_err(|error| format!("{host} is no name of a server: {error}"))?;
    let mut connection = ClientConnection::new(Arc::new(config), name)
        .map_err(|error| format!("TLS with {host} can't be begun: {error}"))?;
    while connection.is_handshaking() {
        connection.complete_io(&mut stream).map_err(|error| match tls::distrust(&error) {
            Some(distrust) => format!("{host} is not trusted: {}", plain(&distrust.to_string(), 300)),
            None => format!("{host} does not speak TLS: {}", plain(&error.to_string(), 200)),
        })?;
        if Instant::now() > until {
            return Err(format!("{host} gave no answer in time"));
        }
    }
    let leaf = connection.peer_certificates().and_then(<[_]>::first);
    Ok(Greeting::Trusted { ends_at: leaf.and_then(|leaf| certificate::ends_at(leaf)) })
}

/// Connects to the first of its addresses that answers.
fn connect(url: &Url, until: Instant) -> io::Result<TcpStream> {
    let left = || until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in url.socket_addrs(|| None)? {
        match TcpStream::connect_timeout(&address, left()) {
            Ok(stream) => {
                stream.set_read_timeout(Some(left()))?;
                stream.set_write_timeout(Some(left()))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}
