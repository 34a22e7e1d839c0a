//! The turn of a date: several are pulled at once, and each writes when the one before it has ended.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot::{self, Receiver, Sender, error::TryRecvError};

use super::refresh_halls::{HallsRefresher, Refreshed};
use crate::pass::acquire_lock::Held;
use crate::pass::{Context, PassError, blocking};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The pause before a connection is asked for again where the database allows no more.
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// A date's turn to write: it comes when the date before has ended, whatever the outcome.
#[derive(Default)]
pub(super) struct Turn {
    before: Mutex<Option<Receiver<()>>>,
    /// Until the date before has its transaction.
    before_begins: Mutex<Option<Receiver<()>>>,
    /// `None` in a dry run, which pulls the halls in its own transaction.
    refresher: Option<Arc<HallsRefresher>>,
    /// Whether the database allows no more connections: then no date takes one before its turn. Shared by all dates.
    scarce: Arc<AtomicBool>,
    /// Dropped when this date has its transaction, or has ended.
    begins: Mutex<Option<Sender<()>>>,
    /// Dropped when this date has ended, which releases the next one.
    _done: Option<Sender<()>>,
}

/// Gives out the turns of dates, in their order.
pub(super) struct Turns<'a> {
    refresher: &'a Arc<HallsRefresher>,
    scarce: Arc<AtomicBool>,
    before: Option<Receiver<()>>,
    before_begins: Option<Receiver<()>>,
}

impl<'a> Turns<'a> {
    /// None is given out yet.
    pub(super) fn new(refresher: &'a Arc<HallsRefresher>) -> Self {
        Self { refresher, scarce: Arc::default(), before: None, before_begins: None }
    }

    /// The turn of the next date.
    pub(super) fn next(&mut self) -> Turn {
        let (done, next) = oneshot::channel();
        let (begins, next_begins) = oneshot::channel();
        Turn {
            before: Mutex::new(self.before.replace(next)),
            before_begins: Mutex::new(self.before_begins.replace(next_begins)),
            refresher: Some(Arc::clone(self.refresher)),
            scarce: Arc::clone(&self.scarce),
            begins: Mutex::new(Some(begins)),
            _done: Some(done),
        }
    }
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

    /// Says that this date has its transaction.
    pub(super) fn has_begun(&self) {
        drop(self.begins.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// See [`HallsRefresher::refresh`]; to be called only in this date's turn.
    pub(super) fn refresh(&self, held: &Held) -> Refreshed {
        let Some(refresher) = &self.refresher else { return Refreshed::NoFeed };
        // Dates that have no connection yet leave it to the halls.
        self.scarce.store(true, Ordering::Relaxed);
        refresher.refresh(held)
    }

    /// See [`HallsRefresher::refresh_on`]; to be called only in this date's turn.
    pub(super) async fn refresh_on(&self, connection: Connection, held: &Held) -> Option<Connection> {
        match &self.refresher {
            Some(refresher) => refresher.refresh_on(connection, held).await,
            None => Some(connection),
        }
    }

    /// See [`HallsRefresher::has_pulled`].
    pub(super) fn halls_pulled(&self) -> bool {
        self.refresher.as_ref().is_some_and(|refresher| refresher.has_pulled())
    }
}

/// A connection for one date: in its turn one that is waited for, before that one that can be had at once.
pub(super) async fn connection_of_date(context: &Context, turn: &Turn) -> Result<Connection, PassError> {
    // What a pooler has free is seen only when the dates before hold what they need.
    let before = turn.before_begins.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(before) = before {
        tokio::select! {
            _ = before => {}
            failure = context.stop.stopped() => return Err(failure.into()),
        }
    }
    let patience = context.connections.location().patience();
    let mut waits_since = None;
    loop {
        let in_turn = turn.has_come();
        if in_turn || !turn.scarce.load(Ordering::Relaxed) {
            let connections = context.connections.clone();
            let take = move || if in_turn { connections.take() } else { connections.take_at_once() };
            match blocking(&context.stop, take).await? {
                Err(StoreError::TooManyConnections(text)) => {
                    tracing::debug!(text, "the connection of another date is waited for");
                    turn.scarce.store(true, Ordering::Relaxed);
                    // It is given back, or closed, a moment after its date has ended.
                    if in_turn && waits_since.get_or_insert_with(Instant::now).elapsed() >= patience {
                        return Err(StoreError::TooManyConnections(text).into());
                    }
                }
                taken => return Ok(taken?),
            }
        }
        tokio::time::sleep(BETWEEN_TRIES).await;
        context.stop.check()?;
    }
}
