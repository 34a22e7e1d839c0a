//! The one way to end a command early: a signal or the deadline, seen by async and blocking code alike.

use std::time::Duration;

use tokio::sync::watch;

use crate::exit::{Failure, FailureKind, Signal};

/// What asked the command to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A person or the system sent a signal.
    Signal(Signal),
    /// `SYNC_DEADLINE` passed.
    Deadline(Duration),
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Signal(signal) => {
                let name = match signal {
                    Signal::Interrupt => "SIGINT",
                    Signal::Terminate => "SIGTERM",
                };
                Failure::new(
                    FailureKind::Interrupted(signal),
                    format!("interrupted by {name}; nothing of the running pass was kept"),
                )
            }
            Reason::Deadline(limit) => Failure::new(
                FailureKind::Temporary,
                format!(
                    "not done within SYNC_DEADLINE ({}); run it again, or raise SYNC_DEADLINE",
                    humantime::format_duration(limit)
                ),
            ),
        }
    }
}

/// The side that requests the end. The first request wins, except that a signal after the deadline also ends what
/// follows the passes.
#[derive(Debug, Clone)]
pub(crate) struct Stopper(watch::Sender<Option<Reason>>);

/// The side that is asked: cheap to clone, looked at between steps.
#[derive(Debug, Clone)]
pub(crate) struct Stop(watch::Receiver<Option<Reason>>);

/// A new pair of sides, with nothing asked yet.
pub(crate) fn channel() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(None);
    (Stopper(sender), Stop(receiver))
}

impl Stopper {
    /// Asks everything to end for `reason`, unless something that weighs as much asked before.
    pub(crate) fn stop(&self, reason: Reason) {
        self.0.send_if_modified(|current| {
            let heard = match current {
                None => true,
                Some(Reason::Deadline(_)) => matches!(reason, Reason::Signal(_)),
                Some(Reason::Signal(_)) => false,
            };
            if heard {
                *current = Some(reason);
            }
            heard
        });
    }
}

impl Stop {
    /// Fails when the end was asked for: call it between steps of blocking work.
    ///
    /// # Errors
    /// The reason, as the failure that the command ends with.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let reason = *self.0.borrow();
        reason.map_or(Ok(()), |reason| Err(reason.into()))
    }

    /// Waits until the end is requested. Never returns if all requesting sides are gone.
    pub(crate) async fn stopped(&self) -> Failure {
        self.asked(Option::is_some).await
    }

    /// Waits for a signal, whatever was asked before; as [`Stop::stopped`].
    pub(crate) async fn signalled(&self) -> Failure {
        self.asked(|reason| matches!(reason, Some(Reason::Signal(_)))).await
    }

    async fn asked(&self, by: impl FnMut(&Option<Reason>) -> bool) -> Failure {
        let mut receiver = self.0.clone();
        let reason = match receiver.wait_for(by).await {
            Ok(reason) => *reason,
            Err(_) => None,
        };
        match reason {
            Some(reason) => reason.into(),
            None => std::future::pending().await,
        }
    }
}
