//! When to try again: waits between attempts, `Retry-After`, and the command's budget (contract §3).

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// No wait is longer than this unless the server asks for it.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// The longest wait before the retry with this number, from 1: `delay × 4ⁿ⁻¹`, capped at 60 s.
pub(super) fn wait_most(delay: Duration, retry: u32) -> Duration {
    let factor = 4u32.saturating_pow(retry.saturating_sub(1));
    delay.saturating_mul(factor).min(MAX_WAIT)
}

/// The wait before a retry: between half and all of [`wait_most`], at random, so that many clients
/// that failed together do not come back together; never less than `floor`.
pub(crate) fn wait(delay: Duration, retry: u32, floor: Option<Duration>) -> Duration {
    let most = wait_most(delay, retry);
    most.mul_f64(0.5 + fastrand::f64() / 2.0).max(floor.unwrap_or_default())
}

/// `Retry-After` in seconds or as an HTTP date (RFC 9110 §10.2.3). A date is counted from the answer's own `Date`, so
/// that it does not matter whose clock is right, else from `now`. A negative number, a date in the past and garbage are as good as none.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match value.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => {
            let date = |text: &str| httpdate::parse_http_date(text).ok();
            let said = headers.get(DATE).and_then(|said| date(said.to_str().ok()?.trim()));
            date(value)?.duration_since(said.unwrap_or(now)).ok()
        }
    }
}

/// The requests that a command expects to send, retries aside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExpectedRequests {
    /// All of them.
    pub total: usize,
    /// The most that are under way at once.
    pub at_once: usize,
}

/// How many retries the command as a whole has left: all of those that fail together, and a tenth of the rest. So
/// what fails together waits together, and a sick API is not asked four times for each of thousands of halls.
pub(super) struct Budget(AtomicU32);

impl Budget {
    /// The budget of a command that expects to send these (contract §3, `SYNC_RETRY_ATTEMPTS`).
    pub(super) fn new(retry_attempts: u32, expected: ExpectedRequests) -> Self {
        let number = |requests: usize| u32::try_from(requests).unwrap_or(u32::MAX);
        let together = retry_attempts.saturating_mul(number(expected.at_once));
        Self(AtomicU32::new(together.saturating_add(number(expected.total / 10))))
    }

    /// Takes one retry; false when none is left.
    pub(super) fn take(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(value: &str) -> Option<Duration> {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().expect("a header value"))]);
        retry_after(&headers, SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777))
    }

    #[test]
    fn waits_grow_fourfold_up_to_a_minute() {
        let second = Duration::from_secs(1);
        let most: Vec<u64> = (1..=6).map(|retry| wait_most(second, retry).as_secs()).collect();
        assert_eq!(most, [1, 4, 16, 60, 60, 60]);
        assert_eq!(wait_most(Duration::MAX, u32::MAX), MAX_WAIT);
        for _ in 0..100 {
            let wait = wait(second, 2, None);
            assert!(wait >= Duration::from_secs(2) && wait <= Duration::from_secs(4), "{wait:?}");
        }
        assert_eq!(wait(second, 1, Some(Duration::from_secs(90))), Duration::from_secs(90));
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        assert_eq!(after("7"), Some(Duration::from_secs(7)));
        assert_eq!(after("86400"), Some(Duration::from_secs(86_400)));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:47 GMT"), Some(Duration::from_secs(10)));
        for ignored in ["-1", "soon", "1.5", "", "Sun, 06 Nov 1994 08:49:07 GMT", "99999999999999999999"] {
            assert_eq!(after(ignored), None, "{ignored}");
        }
    }

    #[test]
    fn a_date_counts_from_the_answers_own() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let after = |date: &str| {
            let headers = [(RETRY_AFTER, "Sun, 06 Nov 1994 08:49:47 GMT"), (DATE, date)];
            let headers = headers.map(|(name, value)| (name, value.parse().expect("a header value")));
            retry_after(&HeaderMap::from_iter(headers), now).map(|wait| wait.as_secs())
        };
        assert_eq!(after("Sun, 06 Nov 1994 08:49:44 GMT"), Some(3));
        assert_eq!(after("Sun, 06 Nov 1994 08:00:00 GMT"), Some(2_987));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:48 GMT"), None);
        assert_eq!(after("today"), Some(10));
    }

    #[test]
    fn the_budget_is_the_retries_of_what_is_under_way_at_once_and_a_tenth_of_all() {
        for (attempts, total, at_once, expected) in
            [(3, 25, 1, 5), (3, 7, 3, 9), (3, 2_000, 8, 224), (0, 366, 3, 36)]
        {
            let budget = Budget::new(attempts, ExpectedRequests { total, at_once });
            assert_eq!((0..1_000).filter(|_| budget.take()).count(), expected);
        }
    }

    #[test]
    fn with_the_defaults_the_waits_of_one_request_outlast_ten_seconds() {
        let delay = Duration::from_secs(1);
        let least: Duration = (1..=3).map(|retry| wait_most(delay, retry).mul_f64(0.5)).sum();
        assert!(least > Duration::from_secs(10), "{least:?}");
    }
}
