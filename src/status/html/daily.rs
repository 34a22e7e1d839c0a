//! The passes of the last days, day by day: what the charts draw.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::clock;
use crate::model::sync_type::SyncType;
use crate::queries::runs::EndedRun;
use crate::status::Basis;

/// The number of days that are charted, today included.
pub(super) const DAYS: u64 = 30;

/// One day of one sync type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct DayOfRuns {
    /// The day, in `SYNC_TIMEZONE`.
    pub(super) date: NaiveDate,
    /// Median of its completed passes.
    pub(super) duration_ms: Option<i64>,
    /// Records of its last completed passes: of participants one for each exam date.
    pub(super) records: Option<i64>,
    /// Passes that failed.
    pub(super) failed: usize,
}

/// The days up to today, oldest first.
pub(super) fn days(month: &[EndedRun], sync_type: SyncType, basis: &Basis) -> Vec<DayOfRuns> {
    let today = basis.today();
    let first = today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today);
    first.iter_days().take(DAYS as usize).map(|date| day(month, sync_type, date, basis)).collect()
}

fn day(month: &[EndedRun], sync_type: SyncType, date: NaiveDate, basis: &Basis) -> DayOfRuns {
    let of_day: Vec<&EndedRun> = month
        .iter()
        .filter(|run| run.sync_type == sync_type && clock::today(run.started_at, basis.timezone) == date)
        .collect();
    let completed = || of_day.iter().filter(|run| run.completed);
    let mut durations: Vec<i64> = completed().filter_map(|run| run.duration_ms()).collect();
    durations.sort_unstable();
    // Oldest first, so the last pass of each exam date is what stays.
    let records: BTreeMap<Option<NaiveDate>, i64> =
        completed().map(|run| (run.scope.date(), run.processed)).collect();
    DayOfRuns {
        date,
        duration_ms: durations.get(durations.len().saturating_sub(1) / 2).copied(),
        records: (!records.is_empty()).then(|| records.values().sum()),
        failed: of_day.iter().filter(|run| !run.completed).count(),
    }
}
