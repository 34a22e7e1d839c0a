//! Today, and what has begun, in `SYNC_TIMEZONE`: dates and times are resolved here, never in SQL.

use std::time::Duration;

use chrono::{
    DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc,
};
use chrono_tz::{GapInfo, Tz};

/// The date that it is at `now` in `timezone`.
pub fn today(now: DateTime<Utc>, timezone: Tz) -> NaiveDate {
    now.with_timezone(&timezone).date_naive()
}

/// The last of the dates that `participants` pulls where no date is named: today and the six days after it (contract §2).
pub fn last_of_default_window(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(6)).unwrap_or(today)
}

/// The instant this long before `now`, or the earliest one that can be represented.
pub fn before(now: DateTime<Utc>, span: Duration) -> DateTime<Utc> {
    let span = TimeDelta::from_std(span).ok();
    span.and_then(|span| now.checked_sub_signed(span)).unwrap_or(DateTime::UNIX_EPOCH)
}

/// The instant of a local wall-clock time: in an overlap the earlier one, in a gap the first instant
/// after it (contract §7, record rules).
pub fn instant(local: NaiveDateTime, timezone: Tz) -> DateTime<Utc> {
    match timezone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc),
        LocalResult::None => GapInfo::new(&local, &timezone)
            .and_then(|gap| gap.end)
            .map_or_else(|| Utc.from_utc_datetime(&local), |end| end.with_timezone(&Utc)),
    }
}

/// The latest start time of `date` that is not in the future at `now`; `None` when the whole day is.
pub fn begun_through(date: NaiveDate, now: DateTime<Utc>, timezone: Tz) -> Option<NaiveTime> {
    let has_begun =
        |second| second_of(second).is_some_and(|time| instant(date.and_time(time), timezone) <= now);
    let (mut begun, mut future) = (0, 24 * 3600);
    while begun < future {
        let middle = (begun + future) / 2;
        if has_begun(middle) { begun = middle + 1 } else { future = middle }
    }
    begun.checked_sub(1).and_then(second_of)
}

fn second_of(second: u32) -> Option<NaiveTime> {
    NaiveTime::from_num_seconds_from_midnight_opt(second, 0)
}

/// Whether any of these starts of a date comes between `now` and `within` from then.
pub fn starts_within(
    date: NaiveDate,
    mut starts: impl Iterator<Item = NaiveTime>,
    now: DateTime<Utc>,
    within: TimeDelta,
    timezone: Tz,
) -> bool {
    starts.any(|start| {
        let until = instant(date.and_time(start), timezone).signed_duration_since(now);
        until >= TimeDelta::zero() && until <= within
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn time(text: &str) -> NaiveTime {
        text.parse().unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn today_is_the_zones() {
        assert_eq!(today(utc("2025-06-01T20:30:00Z"), Tz::Asia__Baku), date("2025-06-02"));
        assert_eq!(today(utc("2025-06-01T20:30:00Z"), Tz::America__New_York), date("2025-06-01"));
    }

    #[test]
    fn a_start_has_begun_from_its_second_on() {
        let begun = |now: &str| begun_through(date("2025-06-01"), utc(now), Tz::Asia__Baku);
        assert_eq!(begun("2025-06-01T05:00:00Z"), Some(time("09:00:00")));
        assert_eq!(begun("2025-06-01T04:59:59.999Z"), Some(time("08:59:59")));
        assert_eq!(begun("2025-05-31T19:59:59Z"), None);
        assert_eq!(begun("2025-05-31T20:00:00Z"), Some(time("00:00:00")));
        assert_eq!(begun("2025-07-01T00:00:00Z"), Some(time("23:59:59")));
    }

    #[test]
    fn in_an_overlap_the_earlier_instant_counts() {
        // Berlin, 2025-10-26: 03:00 summer time becomes 02:00 at 01:00 UTC.
        let day = date("2025-10-26");
        assert_eq!(instant(day.and_time(time("02:30:00")), Tz::Europe__Berlin), utc("2025-10-26T00:30:00Z"));
        assert_eq!(
            begun_through(day, utc("2025-10-26T01:10:00Z"), Tz::Europe__Berlin),
            Some(time("02:59:59"))
        );
    }

    #[test]
    fn in_a_gap_the_first_instant_after_it_counts() {
        // Berlin, 2025-03-30: 02:00 becomes 03:00 at 01:00 UTC.
        let day = date("2025-03-30");
        assert_eq!(instant(day.and_time(time("02:30:00")), Tz::Europe__Berlin), utc("2025-03-30T01:00:00Z"));
        assert_eq!(
            begun_through(day, utc("2025-03-30T01:00:00Z"), Tz::Europe__Berlin),
            Some(time("03:00:00"))
        );
        assert_eq!(
            begun_through(day, utc("2025-03-30T00:59:59Z"), Tz::Europe__Berlin),
            Some(time("01:59:59"))
        );
    }
}
