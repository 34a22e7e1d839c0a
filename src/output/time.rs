//! Times and durations as a person reads them.

use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// `at` in `zone` with its offset (contract §5), such as `2025-06-01 06:00:00 +04:00`.
pub(crate) fn local(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// `at` in `zone` to the minute with its offset, such as `2025-06-01 06:00 +04:00`.
pub(crate) fn minute(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M %:z").to_string()
}

/// How long ago something was, in at most two units, rounded down: `42 s`, `3 min`, `2 h 5 min`, and
/// `4 days` from two days on. Hours go up to 48, because what is stale is judged in hours.
pub(crate) fn age(age: Duration) -> String {
    let seconds = age.as_secs();
    if seconds < MINUTE {
        format!("{seconds} s")
    } else if seconds < HOUR {
        format!("{} min", seconds / MINUTE)
    } else if seconds < 2 * DAY {
        match seconds % HOUR / MINUTE {
            0 => format!("{} h", seconds / HOUR),
            minutes => format!("{} h {minutes} min", seconds / HOUR),
        }
    } else {
        format!("{} days", seconds / DAY)
    }
}

/// How long something took: `0.8 s` below a minute, then `2 min 5 s`, then as [`age`].
pub(crate) fn took(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < MINUTE {
        let tenths = duration.as_millis() / 100;
        format!("{}.{} s", tenths / 10, tenths % 10)
    } else if seconds < HOUR {
        format!("{} min {} s", seconds / MINUTE, seconds % MINUTE)
    } else {
        age(duration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_carry_their_offset() {
        let at = "2025-06-01T02:00:00Z".parse().unwrap();
        assert_eq!(local(at, chrono_tz::Asia::Baku), "2025-06-01 06:00:00 +04:00");
        assert_eq!(local(at, chrono_tz::America::St_Johns), "2025-05-31 23:30:00 -02:30");
        assert_eq!(minute(at, chrono_tz::Asia::Baku), "2025-06-01 06:00 +04:00");
    }

    #[test]
    fn ages_have_at_most_two_units() {
        let said: Vec<String> =
            [0, 59, 60, 3599, 3600, 7500, 26 * 3600, 2 * 86_400 - 1, 2 * 86_400, 4 * 86_400 + 5]
                .map(|seconds| age(Duration::from_secs(seconds)))
                .into();
        assert_eq!(
            said.join(", "),
            "0 s, 59 s, 1 min, 59 min, 1 h, 2 h 5 min, 26 h, 47 h 59 min, 2 days, 4 days"
        );
    }

    #[test]
    fn durations_are_as_exact_as_they_are_short() {
        let said: Vec<String> =
            [0, 40, 849, 59_999, 60_000, 125_000, 7_500_000].map(|ms| took(Duration::from_millis(ms))).into();
        assert_eq!(said.join(", "), "0.0 s, 0.0 s, 0.8 s, 59.9 s, 1 min 0 s, 2 min 5 s, 2 h 5 min");
    }
}
