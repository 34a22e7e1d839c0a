//! Reruns a pass, lock included, after its connection to the database was lost.

use super::reconnect::reopen;
use super::run::RunOutcome;
use super::{Context, PassError, blocking};
use crate::source::Source;

/// Runs `pass`, and reruns it once if its connection was lost and the database comes back.
///
/// # Errors
/// The error of its last run.
pub(super) async fn if_lost(
    context: &Context,
    feed: &Source,
    pass: impl AsyncFn() -> Result<RunOutcome, PassError>,
) -> Result<RunOutcome, PassError> {
    let ended = pass().await;
    let lost = match &ended {
        Ok(ended) => ended.lost,
        Err(error) => error.is_lost(),
    };
    if lost && may_go_again(context, feed).await { pass().await } else { ended }
}

/// Whether a pass that lost its connection may be rerun: the database is back within `SYNC_TIMEOUT`, and the feed can be
/// read a second time.
pub(super) async fn may_go_again(context: &Context, feed: &Source) -> bool {
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
