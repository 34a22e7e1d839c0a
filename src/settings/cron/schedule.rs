//! When cron runs a line next, by the machine's clock.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Timelike as _, Utc};
use chrono_tz::Tz;

use super::times::Times;

/// A schedule that runs less often than this is not looked through.
const MAX_MINUTES: i64 = 8 * 24 * 60;

/// The times of a line and the zone that they are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub(super) times: Times,
    pub(super) timezone: Tz,
}

impl Schedule {
    /// The first time after `now`, within eight days.
    pub(crate) fn next_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let minute = now.with_second(0)?.with_nanosecond(0)?;
        let mut minutes = (1..=MAX_MINUTES).map(|minutes| minute + TimeDelta::minutes(minutes));
        minutes.find(|at| self.times.runs_at(at.with_timezone(&self.timezone).naive_local()))
    }

    /// The time from one start to the next, the shortest of those that come.
    pub(crate) fn period(&self, now: DateTime<Utc>) -> Option<Duration> {
        let starts: Vec<DateTime<Utc>> =
            std::iter::successors(self.next_after(now), |at| self.next_after(*at)).take(4).collect();
        starts.windows(2).filter_map(|pair| (pair[1] - pair[0]).to_std().ok()).min()
    }
}
