//! Whether a request that failed is sent once more, and how long that is waited for (contract §3).

use std::time::{Duration, Instant};

use super::ApiError;
use super::attempt_error::Fault;
use super::retry::{Budget, ExpectedRequests, wait};

/// How the requests of a command are retried.
pub(super) struct Patience {
    attempts: u32,
    delay: Duration,
    deadline: Option<Instant>,
    budget: Budget,
}

impl Patience {
    /// Of a command that expects to send these requests, and has to be done by `deadline`.
    pub(super) fn new(
        attempts: u32,
        delay: Duration,
        expected: ExpectedRequests,
        deadline: Option<Instant>,
    ) -> Self {
        Self { attempts, delay, deadline, budget: Budget::new(attempts, expected) }
    }

    /// How long to wait before the next attempt after so many; fails with the fault's error when there is none.
    pub(super) fn wait_after(&self, fault: Fault, tries: u32) -> Result<Duration, ApiError> {
        let Fault { error, again, floor } = fault;
        if !again {
            return Err(error);
        }
        let times = if tries == 1 { "tried once".to_owned() } else { format!("tried {tries} times") };
        if tries > self.attempts {
            return Err(if tries == 1 { error } else { error.with_note(&times) });
        }
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if let (Some(floor), Some(left)) = (floor, left)
            && floor > left
        {
            let asked = humantime::format_duration(Duration::from_secs(floor.as_secs()));
            return Err(error
                .with_note(&format!("{times}; it asks to wait {asked}, longer than SYNC_DEADLINE leaves")));
        }
        if !self.budget.take() {
            return Err(error.with_note(&format!("{times}; this command has used up its retries")));
        }
        let wait = wait(self.delay, tries, floor);
        // Waiting for the deadline would lose the reason. Not all tries were made, so it is temporary.
        if left.is_some_and(|left| wait >= left) {
            let note = format!("{times}; SYNC_DEADLINE leaves no time to try again");
            return Err(ApiError::Temporary(error.to_string()).with_note(&note));
        }
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        tracing::warn!(retry = tries, wait_ms, "{error}; will try again");
        Ok(wait)
    }
}
