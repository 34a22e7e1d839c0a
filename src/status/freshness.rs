//! The ages at which data is stale or critical (contract §9).

use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::Serialize;

use super::Basis;
use crate::clock;

/// With an exam so near, participants are stale at [`EXAM_IS_NEAR_STALE_AFTER`] already.
const EXAM_IS_NEAR: TimeDelta = TimeDelta::hours(2);
const EXAM_IS_NEAR_STALE_AFTER: Duration = Duration::from_secs(45 * 60);
/// This many times the stale age is critical.
const CRITICAL_AT: u32 = 3;

/// How old the last success is, as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Freshness {
    /// Young enough.
    Fresh,
    /// Too old.
    Stale,
    /// Three times too old.
    Critical,
    /// There was none.
    Never,
}

impl Freshness {
    /// The word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Freshness::Fresh => "fresh",
            Freshness::Stale => "stale",
            Freshness::Critical => "critical",
            Freshness::Never => "never",
        }
    }

    /// Judges a last success of this age.
    pub(crate) fn from_age(age: Option<Duration>, stale_after: Duration) -> Self {
        match age {
            None => Freshness::Never,
            Some(age) if age >= stale_after.saturating_mul(CRITICAL_AT) => Freshness::Critical,
            Some(age) if age >= stale_after => Freshness::Stale,
            Some(_) => Freshness::Fresh,
        }
    }
}

/// The age from which participants of a date are stale: without active participants that of halls; with
/// an exam within two hours 45 minutes, where that is less. `starts` are those of active rows.
pub(crate) fn participants_stale_after(basis: &Basis, date: NaiveDate, starts: &[NaiveTime]) -> Duration {
    if starts.is_empty() {
        return basis.stale_after_halls;
    }
    if clock::starts_within(date, starts.iter().copied(), basis.now, EXAM_IS_NEAR, basis.timezone) {
        basis.stale_after_participants.min(EXAM_IS_NEAR_STALE_AFTER)
    } else {
        basis.stale_after_participants
    }
}

/// How long ago `at` was; nothing when the clock says that it is yet to come.
pub(crate) fn age(at: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    now.signed_duration_since(at).to_std().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn an_age_is_judged_from_its_second_on() {
        let second = Duration::from_secs(1);
        assert_eq!(Freshness::from_age(None, HOUR), Freshness::Never);
        assert_eq!(Freshness::from_age(Some(HOUR - second), HOUR), Freshness::Fresh);
        assert_eq!(Freshness::from_age(Some(HOUR), HOUR), Freshness::Stale);
        assert_eq!(Freshness::from_age(Some(3 * HOUR - second), HOUR), Freshness::Stale);
        assert_eq!(Freshness::from_age(Some(3 * HOUR), HOUR), Freshness::Critical);
    }

    #[test]
    fn a_date_is_judged_by_what_happens_on_it() {
        let date: NaiveDate = "2025-06-01".parse().unwrap();
        let after = |now: &str, starts: &[&str]| {
            let basis = Basis {
                now: now.parse().unwrap(),
                timezone: chrono_tz::Asia::Baku,
                stale_after_halls: 26 * HOUR,
                stale_after_participants: HOUR,
                stale_after_roster: HOUR,
            };
            let starts: Vec<NaiveTime> = starts.iter().map(|start| start.parse().unwrap()).collect();
            participants_stale_after(&basis, date, &starts).as_secs() / 60
        };
        assert_eq!(after("2025-06-01T04:00:00Z", &[]), 26 * 60);
        // 09:00 in Baku is 05:00 UTC.
        assert_eq!(after("2025-06-01T02:59:59Z", &["09:00:00"]), 60);
        assert_eq!(after("2025-06-01T03:00:00Z", &["09:00:00"]), 45);
        assert_eq!(after("2025-06-01T05:00:00Z", &["09:00:00"]), 45);
        assert_eq!(after("2025-06-01T05:00:01Z", &["09:00:00"]), 60);
        assert_eq!(after("2025-06-01T05:00:01Z", &["09:00:00", "11:00:00"]), 45);
    }
}
