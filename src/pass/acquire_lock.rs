//! Takes the locks of a pass, waits as long as `--lock-wait` allows, and reports the holder (contract §7, item 1).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Context, PassError, blocking, interrupted};
use crate::exit::{Failure, FailureKind};
use crate::model::sync_type::SyncType;
use crate::store::connection::{Connection, Location};
use crate::store::error::StoreError;
use crate::store::lock::{self, Lock, LockHolder, Try};
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

/// Takes the locks of `types`, waits at most `wait`, and closes the log rows of interrupted passes.
///
/// # Errors
/// [`FailureKind::Locked`] with the host and start of the other pass; the database's own errors.
pub(super) async fn take(
    context: &Context,
    types: &'static [SyncType],
    wait: Duration,
) -> Result<Held, PassError> {
    let waiting_since = Instant::now();
    loop {
        context.stop.check()?;
        let trying = context.clone();
        let tried = blocking(&context.stop, move || -> Result<Try, StoreError> {
            let tried = lock::try_take(trying.connections.location(), types)
                .map_err(|error| trying.connections.explain(error))?;
            if let (Try::Taken(_), false) = (&tried, trying.dry_run) {
                let mut connection = trying.connections.take()?;
                interrupted::close(&trying, &mut connection, types)
                    .map_err(|error| tables::explain(trying.connections.location(), error))?;
                trying.connections.put_back(connection);
            }
            Ok(tried)
        })
        .await??;
        let (held_type, holder) = match tried {
            Try::Taken(lock) => return Ok(Held(Arc::new(Mutex::new(lock)))),
            Try::Held(sync_type, holder) => (sync_type, holder),
        };
        if waiting_since.elapsed() >= wait {
            let location = context.connections.location().clone();
            return Err(blocking(&context.stop, move || held(&location, held_type, holder.as_ref()))
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
fn held(location: &Location, sync_type: SyncType, holder: Option<&LockHolder>) -> Failure {
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
        Err(error) => format!("another {name} pass holds the lock (who can't be told: {error}{session})"),
    };
    Failure::new(
        FailureKind::Locked,
        format!("{who}; wait for it with --lock-wait, or let this one go with --skip-if-locked"),
    )
}
