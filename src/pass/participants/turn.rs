//! The turn of a date: several are pulled at once, and each writes when the one before it has ended.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot::{self, error::TryRecvError};

use super::refresh_halls::HallsRefresher;
use crate::pass::{Context, PassError};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The pause before a connection is asked for again where the database allows no more.
const BETWEEN_TRIES: Duration = Duration::from_millis(100);
/// How often a date whose turn has come asks for one.
const LAST_TRIES: u32 = 10;

/// A date's turn to write: it comes when the date before has ended, whatever the outcome.
#[derive(Default)]
pub(super) struct Turn {
    pub(super) before: Mutex<Option<oneshot::Receiver<()>>>,
    /// `None` in a dry run, which pulls the halls in its own transaction.
    pub(super) refresher: Option<Arc<HallsRefresher>>,
    /// Whether the database allows no more connections: then no date takes one before its turn. Shared by all dates.
    pub(super) scarce: Arc<AtomicBool>,
    /// Dropped when this date has ended, which releases the next one.
    pub(super) _done: Option<oneshot::Sender<()>>,
}

impl Turn {
    /// Waits on a blocking thread until it is this date's turn; returns at once on a second call.
    pub(super) fn wait(&self) {
        if let Some(before) = self.before.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // Nothing is ever sent: the receiver only waits for the sender to be dropped.
            let _ = before.blocking_recv();
        }
    }

    /// Whether [`Turn::wait`] would return at once.
    fn has_come(&self) -> bool {
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let waits =
            before.as_mut().is_some_and(|before| matches!(before.try_recv(), Err(TryRecvError::Empty)));
        // A receiver that has said so must not be asked again.
        before.take_if(|_| !waits);
        !waits
    }

    /// See [`HallsRefresher::refresh`]; to be called only in this date's turn.
    pub(super) fn refresh(&self) -> bool {
        self.refresher.as_ref().is_some_and(|refresher| refresher.refresh())
    }

    /// See [`HallsRefresher::has_pulled`].
    pub(super) fn halls_pulled(&self) -> bool {
        self.refresher.as_ref().is_some_and(|refresher| refresher.has_pulled())
    }
}

/// A connection for one date. Where the database allows no more, that of a date before it is waited for.
pub(super) async fn connection_of_date(context: &Context, turn: &Turn) -> Result<Connection, PassError> {
    let mut last_tries = LAST_TRIES;
    loop {
        let in_turn = turn.has_come();
        if in_turn || !turn.scarce.load(Ordering::Relaxed) {
            match context.connection().await {
                Err(PassError::Store(StoreError::TooManyConnections(text))) if last_tries > 0 => {
                    tracing::debug!(text, "the connection of another date is waited for");
                    turn.scarce.store(true, Ordering::Relaxed);
                    // It is given back, or closed, a moment after its date has ended.
                    last_tries -= u32::from(in_turn);
                }
                taken => return taken,
            }
        }
        tokio::time::sleep(BETWEEN_TRIES).await;
        context.stop.check()?;
    }
}
