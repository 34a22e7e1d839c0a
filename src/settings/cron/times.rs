//! When a line of a crontab runs: the fields as numbers of a clock and a calendar.

use chrono::{Datelike as _, Days, NaiveDate, NaiveDateTime, Timelike as _};

use super::field::{DAYS_OF_MONTH, DAYS_OF_WEEK, HOURS, MINUTES, MONTHS, Parsed};

/// No schedule waits for longer but for 29 February.
const MAX_DAYS: u64 = 366 * 8 + 1;

/// The words that mean five fields; `@reboot` is no time.
const NICKNAMES: [(&str, &str); 7] = [
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];

/// The times of one line, as most cron daemons read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Times {
    minute: Parsed,
    hour: Parsed,
    day: Parsed,
    month: Parsed,
    weekday: Parsed,
}

impl Times {
    /// Reads five fields or a nickname; `None` for what is neither, and for `@reboot`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = NICKNAMES.iter().find(|(name, _)| *name == text).map_or(text, |(_, fields)| fields);
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else { return None };
        Some(Self {
            minute: MINUTES.parse(minute)?,
            hour: HOURS.parse(hour)?,
            day: DAYS_OF_MONTH.parse(day)?,
            month: MONTHS.parse(month)?,
            weekday: DAYS_OF_WEEK.parse(weekday)?,
        })
    }

    /// The last time that is not after `at`; `None` where there was none for years.
    pub(crate) fn last_until(&self, at: NaiveDateTime) -> Option<NaiveDateTime> {
        let days = (0..MAX_DAYS).filter_map(|days| at.date().checked_sub_days(Days::new(days)));
        days.filter(|date| self.is_on(*date)).find_map(|date| self.last_of(date, at))
    }

    /// Whether it runs in this minute.
    pub(super) fn runs_at(&self, at: NaiveDateTime) -> bool {
        let number = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
        let of_clock = self.hour.has(number(at.hour())) && self.minute.has(number(at.minute()));
        of_clock && self.is_on(at.date())
    }

    fn last_of(&self, date: NaiveDate, until: NaiveDateTime) -> Option<NaiveDateTime> {
        let hours = (0..24).rev().filter(|hour| self.hour.has(*hour));
        let minutes = |hour: u16| {
            let minutes = (0..60).rev().filter(|minute| self.minute.has(*minute));
            minutes.filter_map(move |minute| date.and_hms_opt(u32::from(hour), u32::from(minute), 0))
        };
        hours.flat_map(minutes).find(|time| *time <= until)
    }

    fn is_on(&self, date: NaiveDate) -> bool {
        let number = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
        let of_month = self.day.has(number(date.day()));
        let sunday = number(date.weekday().num_days_from_sunday());
        let of_week = self.weekday.has(sunday) || (sunday == 0 && self.weekday.has(7));
        // Where both are given, one of them is enough for most daemons (crontab(5)).
        let is_day = match self.day.is_any() || self.weekday.is_any() {
            true => of_month && of_week,
            false => of_month || of_week,
        };
        is_day && self.month.has(number(date.month()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(fields: &str, at: &str) -> String {
        let at = NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M:%S").unwrap();
        let last = Times::parse(fields).unwrap().last_until(at);
        last.map(|at| at.format("%a %Y-%m-%d %H:%M").to_string()).unwrap_or_default()
    }

    #[test]
    fn the_last_time_is_found() {
        let now = "2027-05-20 09:17:30";
        for (fields, expected) in [
            ("0 2 * * *", "Thu 2027-05-20 02:00"),
            ("30 9 * * *", "Wed 2027-05-19 09:30"),
            ("17 9 * * *", "Thu 2027-05-20 09:17"),
            ("*/30 * * * *", "Thu 2027-05-20 09:00"),
            ("5-55/10 * * * *", "Thu 2027-05-20 09:15"),
            ("5/15 * * * *", "Thu 2027-05-20 09:05"),
            ("*/30 8-18 * * 1-5", "Thu 2027-05-20 09:00"),
            ("0 2 * * sun", "Sun 2027-05-16 02:00"),
            ("0 2 * * 7", "Sun 2027-05-16 02:00"),
            ("0 2 1 * *", "Sat 2027-05-01 02:00"),
            ("0 2 1 * fri", "Fri 2027-05-14 02:00"),
            ("0 0 29 2 *", "Thu 2024-02-29 00:00"),
            ("0 0 30 2 *", ""),
            ("@hourly", "Thu 2027-05-20 09:00"),
            ("@weekly", "Sun 2027-05-16 00:00"),
        ] {
            assert_eq!(last(fields, now), expected, "{fields}");
        }
        for other in ["@reboot", "0 2 * *", "x * * * *", ""] {
            assert!(Times::parse(other).is_none(), "{other}");
        }
    }
}
