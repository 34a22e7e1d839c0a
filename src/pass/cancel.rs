//! Ends a pass early: when the command is stopped, its running statement is cancelled, and a worker that does not
//! return is abandoned after a grace period (contract §4, 130 and 143).

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;

use super::acquire_lock::Held;
use crate::exit::Failure;
use crate::shutdown::Stop;
use crate::tasks::{GRACE, value};

/// The pause between two cancellations: one that arrives between two statements cancels nothing.
const BETWEEN_CANCELS: Duration = Duration::from_millis(200);

/// The process id of the PostgreSQL backend that works for a pass. It is none on SQLite, and none while the running
/// statement must not be cancelled.
#[derive(Clone, Default)]
pub(super) struct Backend(Arc<Mutex<Option<i32>>>);

impl Backend {
    /// Allows `pid` to be cancelled from now on; `None` ends that. Behind a pooler a backend serves other clients as
    /// soon as the transaction is over, so this waits for a cancellation that is under way.
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

/// Waits for a pass's worker. When the command is stopped, the statement of `backend` is cancelled.
///
/// # Errors
/// The reason for the stop, when the worker does not return within the grace period.
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
            // The result does not matter: the worker either returns or the grace period ends.
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
