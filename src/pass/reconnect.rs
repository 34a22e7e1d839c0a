//! Reconnects to a database whose connection was lost.

use std::time::{Duration, Instant};

use super::Context;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The pause between two tries to connect.
const BETWEEN_TRIES: Duration = Duration::from_millis(200);

/// Opens a new connection as soon as the database can be reached again. `None` if it can't within `SYNC_TIMEOUT`, or if
/// the command is stopped.
pub(super) fn reopen(context: &Context) -> Option<Connection> {
    let limit = context.connections.location().patience();
    let since = Instant::now();
    loop {
        match Connection::open(context.connections.location()) {
            Ok(connection) => return Some(connection),
            Err(StoreError::Gone(_) | StoreError::Unreachable(_) | StoreError::TooManyConnections(_)) => {}
            Err(error) => {
                tracing::debug!(%error, "the database can't be opened again");
                return None;
            }
        }
        if since.elapsed() >= limit || context.stop.check().is_err() {
            return None;
        }
        std::thread::sleep(BETWEEN_TRIES);
    }
}
