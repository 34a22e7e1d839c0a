//! Refreshes the halls, once per command, when a date names rooms that are not known here.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;

use crate::model::scope::Scope;
use crate::pass::acquire_lock::Held;
use crate::pass::run::RunOutcome;
use crate::pass::{Context, PassError, failed_all, halls, rerun};
use crate::report::Sync;
use crate::source::Source;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The halls pass waits at least this long for its locks, whatever `--lock-wait` says (contract §7).
pub(super) const LOCK_WAIT_LEAST: Duration = Duration::from_secs(30);

/// What became of a request to pull the halls.
pub(super) enum Refreshed {
    /// They were pulled, now or before.
    Pulled,
    /// There is nothing to pull them from.
    NoFeed,
    /// No further connection can be had; see [`HallsRefresher::refresh_on`].
    NoConnection,
}

/// Pulls the halls on the first request, and only then.
pub(super) struct HallsRefresher {
    context: Context,
    /// `None` with `--from`: a file of participants holds no halls.
    feed: Option<Source>,
    runtime: Handle,
    syncs: Mutex<Option<Vec<Sync>>>,
    /// Whether the halls pass has ended.
    pulled: AtomicBool,
}

impl HallsRefresher {
    pub(super) fn new(context: &Context, feed: &Source) -> Self {
        let feed = matches!(feed, Source::Api(_)).then(|| feed.clone());
        let (syncs, pulled) = (Mutex::new(None), AtomicBool::new(false));
        Self { context: context.clone(), feed, runtime: Handle::current(), syncs, pulled }
    }

    /// Runs the halls pass unless it ran before. To be called from a blocking thread. Its outcome is not the verdict of a
    /// date; rooms that are unknown even after it are.
    pub(super) fn refresh(&self, held: &Held) -> Refreshed {
        let Some(feed) = &self.feed else { return Refreshed::NoFeed };
        let mut syncs = self.syncs.lock().unwrap_or_else(PoisonError::into_inner);
        if syncs.is_none() {
            let first = match self.context.connections.take_at_once() {
                Err(StoreError::TooManyConnections(_)) => return Refreshed::NoConnection,
                taken => Mutex::new(Some(taken)),
            };
            let once = async || {
                let first = first.lock().unwrap_or_else(PoisonError::into_inner).take();
                let connection = match first {
                    Some(taken) => taken?,
                    None => self.context.connection().await?,
                };
                halls::within(&self.context, feed, connection, held, self.lock_wait()).await
            };
            let pulled = self.runtime.block_on(rerun::if_lost(&self.context, feed, once));
            *syncs = Some(self.reported(pulled.map(|ended| ended.syncs)));
        }
        Refreshed::Pulled
    }

    /// As [`HallsRefresher::refresh`], where no further connection can be had, on this one; it is given back unless it is
    /// lost.
    pub(super) async fn refresh_on(&self, connection: Connection, held: &Held) -> Option<Connection> {
        let Some(feed) = &self.feed else { return Some(connection) };
        let pulled = halls::within(&self.context, feed, connection, held, self.lock_wait()).await;
        let (connection, syncs) = match pulled {
            Ok(RunOutcome { syncs, connection, lost, .. }) => ((!lost).then_some(connection), Ok(syncs)),
            Err(error) => (None, Err(error)),
        };
        let syncs = self.reported(syncs);
        *self.syncs.lock().unwrap_or_else(PoisonError::into_inner) = Some(syncs);
        connection
    }

    fn lock_wait(&self) -> Duration {
        self.context.lock_wait.max(LOCK_WAIT_LEAST)
    }

    fn reported(&self, pulled: Result<Vec<Sync>, PassError>) -> Vec<Sync> {
        let failed = |error: PassError| failed_all(&self.context, halls::TYPES, &Scope::All, &error.into());
        self.pulled.store(true, Ordering::Release);
        as_refresh(pulled.unwrap_or_else(failed))
    }

    /// Whether the halls were pulled. Entries that were resolved before that must be resolved again.
    pub(super) fn has_pulled(&self) -> bool {
        self.pulled.load(Ordering::Acquire)
    }

    /// The syncs of the halls pass; empty if none was needed.
    pub(super) fn syncs(&self) -> Vec<Sync> {
        self.syncs.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }
}

/// Marks syncs as ones that do not count for the command's exit code.
pub(super) fn as_refresh(syncs: Vec<Sync>) -> Vec<Sync> {
    syncs.into_iter().map(|sync| Sync { halls_refresh: true, ..sync }).collect()
}
