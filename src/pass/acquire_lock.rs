//! Takes the locks of a pass, waits as long as `--lock-wait` allows, and reports the holder (contract §7, item 1).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Context, PassError, blocking, interrupted};
use crate::exit::{Failure, FailureKind};
use crate::model::sync_type::SyncType;
use crate::store::connection::{Connection, Location};
use crate::store::error::StoreError;
use crate::store::lock::{self, HeldByOther, Lock, LockHolder, Try};
use crate::store::{logs, tables};

/// The pause between two tries: short compared with a pass, long compared with opening a connection.
const BETWEEN_TRIES: Duration = Duration::from_millis(250);

/// The locks of a pass. They are held until the last clone is dropped: the worker and the task that waits for it
/// share them.
#[derive(Clone)]
pub(super) struct Held(Arc<Mutex<Lock>>);

impl Held {
    /// Checks that the locks are still held, on the server that `working` writes to.
    ///
    /// # Errors
    /// As of [`Lock::confirm`].
    pub(super) fn confirm(&self, working: &mut Connection) -> Result<(), StoreError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).confirm(working)
    }

    /// Cancels the statement of a PostgreSQL backend, see [`Lock::cancel_backend`].
    ///
    /// # Errors
    /// The database's own error.
    pub(super) fn cancel(&self, pid: i32) -> Result<bool, StoreError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).cancel_backend(pid)
    }
}

/// Further locks of a pass that is nested in another one, without a further connection; given back with this.
pub(super) struct More(Held);

impl Drop for More {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).release_more();
    }
}

/// Takes the locks of `types`, waits at most `wait`, and closes the log rows of interrupted passes. A working connection can
/// be had then.
///
/// # Errors
/// [`FailureKind::Locked`] with the host and start of the other pass; the database's own errors.
pub(super) async fn take(
    context: &Context,
    types: &'static [SyncType],
    wait: Duration,
) -> Result<Held, PassError> {
    let trying = context.clone();
    let held = until_free(context, wait, move || with_working_connection(&trying, types)).await?;
    Ok(Held(Arc::new(Mutex::new(held))))
}

/// Takes the locks of `types` for a pass within the one that holds `held`, and waits at most `wait`.
///
/// # Errors
/// As of [`take`].
pub(super) async fn take_more(
    context: &Context,
    held: &Held,
    types: &'static [SyncType],
    wait: Duration,
) -> Result<More, PassError> {
    let (trying, location) = (held.clone(), context.connections.location().clone());
    let once = move || {
        let taken = trying.0.lock().unwrap_or_else(PoisonError::into_inner).try_more(&location, types)?;
        Ok(taken.map_or(Ok(()), Err))
    };
    until_free(context, wait, once).await?;
    Ok(More(held.clone()))
}

/// One try to have the locks and a working connection. Where that can't be had, the locks are given back: two passes with a
/// lock each, and none to work with, would wait for each other.
fn with_working_connection(
    context: &Context,
    types: &[SyncType],
) -> Result<Result<Lock, HeldByOther>, StoreError> {
    let connections = &context.connections;
    connections.when_allowed(|limit| {
        let lock = match lock::try_take(connections, types, limit)? {
            Try::Taken(lock) => lock,
            Try::Held(sync_type, holder) => return Ok(Err((sync_type, holder))),
        };
        let mut connection = connections.take_within(limit)?;
        if !context.dry_run {
            interrupted::close(context, &mut connection, types)
                .map_err(|error| tables::explain(connections.location(), error))?;
        }
        connections.put_back(connection);
        Ok(Ok(lock))
    })
}

/// Runs `once` until the locks are free.
async fn until_free<T: Send + 'static>(
    context: &Context,
    wait: Duration,
    once: impl Fn() -> Result<Result<T, HeldByOther>, StoreError> + Clone + Send + 'static,
) -> Result<T, PassError> {
    let waiting_since = Instant::now();
    loop {
        context.stop.check()?;
        let (held_type, holder) = match blocking(&context.stop, once.clone()).await?? {
            Ok(taken) => return Ok(taken),
            Err(held) => held,
        };
        if waiting_since.elapsed() >= wait {
            let location = context.connections.location().clone();
            return Err(blocking(&context.stop, move || {
                held_by_other(&location, held_type, holder.as_ref())
            })
            .await?
            .into());
        }
        tracing::debug!(sync_type = held_type.name(), "waiting for the lock");
        tokio::select! {
            () = tokio::time::sleep(BETWEEN_TRIES) => {}
            failure = context.stop.stopped() => return Err(failure.into()),
        }
    }
}

/// Reads the row of the held type only: an interrupted pass may have left rows of other types `in_progress`.
fn held_by_other(location: &Location, sync_type: SyncType, holder: Option<&LockHolder>) -> Failure {
    if let Some(other) = holder.filter(|holder| !holder.is_pass) {
        let message = format!(
            "another program holds the lock of {} passes: {}; {}",
            sync_type.name(),
            other.label(),
            other.cure()
        );
        return Failure::new(FailureKind::Locked, message).by_outsider();
    }
    let session = holder.map(|holder| format!("; in the database {}", holder.label())).unwrap_or_default();
    let running =
        Connection::open(location).and_then(|mut connection| logs::running(&mut connection, sync_type));
    let name = sync_type.name();
    let who = match running {
        Ok(Some(running)) => {
            let metadata = running.metadata.unwrap_or_default();
            let said = |key: &str| metadata[key].as_str().unwrap_or("unknown").to_string();
            format!(
                "another {name} pass has been running since {} UTC on {} (by {}, {}{session})",
                running.started_at.format("%Y-%m-%d %H:%M:%S%.3f"),
                said("host"),
                said("operator"),
                said("trigger")
            )
        }
        Ok(None) => {
            let session = holder.map(|holder| format!(" ({})", holder.label())).unwrap_or_default();
            format!("another {name} pass has just begun, or is a dry run, which leaves no log row{session}")
        }
        Err(error) => format!("another {name} pass holds the lock (its holder is unknown: {error}{session})"),
    };
    Failure::new(
        FailureKind::Locked,
        format!("{who}; wait for it with --lock-wait, or skip this one with --skip-if-locked"),
    )
}
