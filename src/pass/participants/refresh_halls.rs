//! Refreshes the halls, once per command, when a date names rooms that are not known here.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;

use crate::pass::{Context, halls};
use crate::report::Sync;
use crate::source::Source;

/// The halls pass waits at least this long for its locks, whatever `--lock-wait` says (contract §7).
pub(super) const LOCK_WAIT_LEAST: Duration = Duration::from_secs(30);

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
    /// date; rooms that are unknown even after it are. Returns whether the halls were pulled, now or before.
    pub(super) fn refresh(&self) -> bool {
        let Some(feed) = &self.feed else { return false };
        let mut syncs = self.syncs.lock().unwrap_or_else(PoisonError::into_inner);
        if syncs.is_none() {
            let lock_wait = self.context.lock_wait.max(LOCK_WAIT_LEAST);
            let pulled = self.runtime.block_on(halls::run(&self.context, feed, lock_wait));
            *syncs = Some(as_refresh(pulled));
            self.pulled.store(true, Ordering::Release);
        }
        true
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
