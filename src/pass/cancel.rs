//! Ending a pass early: when the command is stopped, what the database is doing for it is cancelled, and
//! nobody waits for ever for a worker that does not come back (contract §4, 130 and 143).

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;

use super::acquire_lock::Held;
use crate::exit::Failure;
use crate::shutdown::Stop;
use crate::tasks::{GRACE, value};

/// Between two cancellations: one that comes between two statements cancels nothing.
const BETWEEN_CANCELS: Duration = Duration::from_millis(200);

/// The PostgreSQL backend that works for a pass right now; none on SQLite, and none while what it does
/// must not be cancelled.
#[derive(Clone, Default)]
pub(super) struct Backend(Arc<Mutex<Option<i32>>>);

impl Backend {
    /// From now on `pid` may be cancelled; None ends that, also behind a pooler, where the backend works
    /// for others as soon as our transaction is over. A cancellation under way is waited for.
    pub(super) fn set(&self, pid: Option<i32>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = pid;
    }

    fn cancel(&self, held: &Held) {
        let pid = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pid) = *pid
            && let Err(error) = held.cancel(pid)
        {
            tracing::debug!(%error, pid, "the statement under way can't be cancelled");
        }
    }
}

/// The end of a pass's worker. When the command is stopped, what `backend` is doing is cancelled.
///
/// # Errors
/// Why the command was stopped, when the worker does not come back soon.
pub(super) async fn wait_or_cancel<T>(
    stop: &Stop,
    held: &Held,
    backend: &Backend,
    mut worker: JoinHandle<T>,
) -> Result<T, Failure> {
    let failure = tokio::select! {
        biased;
        ended = &mut worker => return Ok(value(ended)),
        failure = stop.stopped() => failure,
    };
    let cancelling = async {
        loop {
            let (held, backend) = (held.clone(), backend.clone());
            // How it went is known when the worker comes back, or does not.
            let _ = tokio::task::spawn_blocking(move || backend.cancel(&held)).await;
            tokio::time::sleep(BETWEEN_CANCELS).await;
        }
    };
    let never: Infallible = tokio::select! {
        biased;
        ended = &mut worker => return Ok(value(ended)),
        () = tokio::time::sleep(GRACE) => return Err(failure),
        never = cancelling => never,
    };
    match never {}
}
