//! Which connections are reused: a server may close one that waits just when the next request goes out on it.

use std::collections::HashSet;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::Extensions;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::Response;

use super::route::chain;

/// Our ends of the connections on which an answer came: no two that are open at once have the same.
#[derive(Default)]
pub(super) struct UsedConnections(Mutex<HashSet<SocketAddr>>);

impl UsedConnections {
    /// Remembers the connection of an answer.
    pub(super) fn remember(&self, response: &Response) {
        if let Some(info) = response.extensions().get::<HttpInfo>() {
            self.ends().insert(info.local_addr());
        }
    }

    /// Whether a request failed because a connection that was used before was closed without a byte of an answer.
    /// Such a connection is forgotten.
    pub(super) fn was_closed(&self, error: &reqwest::Error) -> bool {
        let end = chain(error).find_map(|error| error.downcast_ref::<legacy::Error>()).and_then(local_end);
        let used = end.is_some_and(|end| self.ends().remove(&end));
        used && chain(error).any(is_closed)
    }

    fn ends(&self) -> MutexGuard<'_, HashSet<SocketAddr>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn local_end(error: &legacy::Error) -> Option<SocketAddr> {
    let mut extras = Extensions::new();
    error.connect_info()?.get_extras(&mut extras);
    extras.get::<HttpInfo>().map(HttpInfo::local_addr)
}

fn is_closed(error: &(dyn Error + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        return error.is_incomplete_message() || error.is_canceled();
    }
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(
        kind,
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe)
    )
}
