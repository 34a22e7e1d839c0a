//! Once more: a pass whose connection to the database was lost is run again, lock included.

use std::time::{Duration, Instant};

use super::life::Ended;
use super::{Context, PassError, blocking};
use crate::api::Feed;
use crate::store::connection::{Connection, Location};
use crate::store::error::StoreError;

/// Between two tries to connect.
const BETWEEN_TRIES: Duration = Duration::from_millis(200);

/// Runs `pass`, and once more when its connection was lost and the database comes back.
///
/// # Errors
/// What the last run of it ended with.
pub(super) async fn if_lost(
    context: &Context,
    feed: &Feed,
    pass: impl AsyncFn() -> Result<Ended, PassError>,
) -> Result<Ended, PassError> {
    let ended = pass().await;
    let lost = match &ended {
        Ok(ended) => ended.lost,
        Err(error) => error.is_lost(),
    };
    if lost && may_go_again(context, feed).await { pass().await } else { ended }
}

/// Whether a pass that lost its connection may be run again: the database is back, or comes back within
/// `SYNC_TIMEOUT`, and the feed can be read a second time.
pub(super) async fn may_go_again(context: &Context, feed: &Feed) -> bool {
    if !feed.can_be_pulled_again() {
        return false;
    }
    context.connections.forget();
    let for_reopening = context.clone();
    let back = blocking(&context.stop, move || reopen(&for_reopening).is_some()).await.unwrap_or(false);
    if back {
        tracing::warn!("the connection to the database was lost; running the pass once more");
    }
    back
}

/// A new connection, once the database can be reached again; None when it can't within `SYNC_TIMEOUT`, or
/// the command is stopped.
pub(super) fn reopen(context: &Context) -> Option<Connection> {
    let limit = match context.connections.location() {
        Location::Postgres { limits, .. } => limits.connect_timeout,
        Location::Sqlite { busy_timeout, .. } => *busy_timeout,
    };
    let since = Instant::now();
    loop {
        match Connection::open(context.connections.location()) {
            Ok(connection) => return Some(connection),
            Err(StoreError::Gone(_) | StoreError::Unreachable(_)) => {}
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
