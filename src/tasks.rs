//! Runs blocking work on threads of its own, so that the async side goes on listening for signals.

use std::time::Duration;

use tokio::task::{JoinError, spawn_blocking};

use crate::exit::Failure;
use crate::shutdown::Stop;

/// How long a stopped command waits for blocking work. What is left then dies with the process, and the
/// next holder of the lock closes its log rows.
pub(crate) const GRACE: Duration = Duration::from_secs(3);

/// How long a stopped command waits for the reader of its output.
const READ_WITHIN: Duration = Duration::from_secs(1);

/// Prints a result, and gives up soon after a signal if the output has no reader.
///
/// # Errors
/// The signal, if printing does not end soon after it.
pub(crate) async fn print_unless_stopped<T: Send + 'static>(
    stop: &Stop,
    tell: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let unread = async {
        let signal = stop.signalled().await;
        tokio::time::sleep(READ_WITHIN).await;
        signal
    };
    tokio::select! {
        biased;
        told = run_blocking(tell) => Ok(told),
        signal = unread => Err(signal),
    }
}

/// Runs blocking work to its end.
pub(crate) async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    value(spawn_blocking(work).await)
}

/// Runs blocking work until it ends, or until soon after the command is stopped.
///
/// # Errors
/// Why the command was stopped, when the work does not end soon after.
pub(crate) async fn blocking<T: Send + 'static>(
    stop: &Stop,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let mut worker = spawn_blocking(work);
    let failure = tokio::select! {
        biased;
        ended = &mut worker => return Ok(value(ended)),
        failure = stop.stopped() => failure,
    };
    tokio::time::timeout(GRACE, worker).await.map(value).map_err(|_| failure)
}

/// What a worker returned; a panic there is a panic here.
pub(crate) fn value<T>(ended: Result<T, JoinError>) -> T {
    match ended {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
