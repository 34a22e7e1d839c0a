//! Limits how long a pooler may keep a connection waiting: it answers when it has a connection to the server free, and
//! says nothing before.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::store::error::StoreError;

/// Runs `work` on a thread of its own, for at most `limit`. What takes longer is left behind: it ends with its answer,
/// or with the process.
///
/// # Errors
/// [`StoreError::TooManyConnections`] after `limit`.
pub(in crate::store) fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    let (sender, receiver) = mpsc::channel();
    let started = thread::Builder::new().spawn(move || {
        // Where no one waits any more, the connection is closed.
        let _ = sender.send(work());
    });
    started.map_err(|error| StoreError::Exhausted(format!("no thread can be started: {error}")))?;
    match receiver.recv_timeout(limit) {
        Ok(ended) => Ok(ended),
        Err(RecvTimeoutError::Timeout) => Err(StoreError::TooManyConnections(format!(
            "no connection to the server answered within {}; behind a pooler its pool is too small (default_pool_size of \
             pgbouncer)",
            humantime::format_duration(Duration::from_millis(
                u64::try_from(limit.as_millis()).unwrap_or(u64::MAX)
            ))
        ))),
        Err(RecvTimeoutError::Disconnected) => {
            Err(StoreError::Other("a thread ended without an answer".into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_answer_is_left_behind() {
        let (sender, receiver) = mpsc::channel::<()>();
        let waiting = within(Duration::from_millis(1), move || {
            let _ = receiver.recv();
        });
        let Err(StoreError::TooManyConnections(said)) = waiting else { panic!("{waiting:?}") };
        assert!(said.starts_with("no connection to the server answered within 1ms; "), "{said}");
        drop(sender);
        assert_eq!(within(Duration::from_secs(60), || 7), Ok(7));
    }
}
