//! The start time of a slot: a wall-clock time, or an instant that is converted to one.

use chrono::{FixedOffset, NaiveDate, NaiveTime, TimeZone as _};
use chrono_tz::Tz;

use super::rules::Value;
use super::value::Scalar;

const SECONDS_OF_HOUR: i32 = 3600;
const SECONDS_OF_MINUTE: i32 = 60;

const UNREADABLE: &str = "is not HH:MM, HH:MM:SS or an RFC 3339 date-time";
const OTHER_DATE: &str = "is on another date in SYNC_TIMEZONE than the one that was asked for";

/// What a participants answer is about: start times are judged by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExamDate {
    /// The date that was asked for.
    pub date: NaiveDate,
    /// The zone that the date and wall-clock times are in (`SYNC_TIMEZONE`).
    pub timezone: Tz,
}

impl ExamDate {
    /// `HH:MM`, `HH:MM:SS`, or a date-time of this date; whole seconds. A date-time with an offset is an instant and
    /// is converted to the zone, one without is a wall-clock time there.
    pub(super) fn start_time(self, value: Scalar<'_>) -> Value<NaiveTime> {
        match value {
            Scalar::Null => Value::Absent,
            Scalar::Text(text) => match clock(text) {
                Some(time) => Value::Good(time),
                None => self.date_time(text),
            },
            _ => Value::Wrong(UNREADABLE),
        }
    }

    fn date_time(self, text: &str) -> Value<NaiveTime> {
        match self.local(text) {
            Some((date, time)) if date == self.date => Value::Good(time),
            Some(_) => Value::Wrong(OTHER_DATE),
            None => Value::Wrong(UNREADABLE),
        }
    }

    /// The date and time in the zone. Years have four digits, so that no conversion leaves the calendar.
    fn local(self, text: &str) -> Option<(NaiveDate, NaiveTime)> {
        let (date, rest) = text.split_at_checked("YYYY-MM-DD".len())?;
        let date = calendar_date(date)?;
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let (time, offset) = rest.split_at(rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len()));
        let time = clock(without_fraction(time)?)?;
        if offset.is_empty() {
            return Some((date, time));
        }
        let instant = fixed_offset(offset)?.from_local_datetime(&date.and_time(time)).single()?;
        let local = instant.with_timezone(&self.timezone).naive_local();
        Some((local.date(), local.time()))
    }
}

fn calendar_date(text: &str) -> Option<NaiveDate> {
    match *text.as_bytes() {
        [c, d, y, z, b'-', m, n, b'-', t, u] => {
            let year = two_digits([c, d])? * 100 + two_digits([y, z])?;
            NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, two_digits([m, n])?, two_digits([t, u])?)
        }
        _ => None,
    }
}

fn without_fraction(time: &str) -> Option<&str> {
    let Some((whole, fraction)) = time.split_once('.') else { return Some(time) };
    let digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    // A fraction of a minute is no start time.
    (digits && whole.len() == "HH:MM:SS".len()).then_some(whole)
}

/// `Z`, `+HH:MM` or, as some libraries and PostgreSQL write it, `+HHMM` and `+HH` (ISO 8601 has all of them).
fn fixed_offset(text: &str) -> Option<FixedOffset> {
    let (sign, hour, minute) = match *text.as_bytes() {
        [b'Z' | b'z'] => return FixedOffset::east_opt(0),
        [sign, h, i] => (sign, two_digits([h, i])?, 0),
        [sign, h, i, b':', m, n] | [sign, h, i, m, n] => (sign, two_digits([h, i])?, two_digits([m, n])?),
        _ => return None,
    };
    if hour > 23 || minute > 59 {
        return None;
    }
    let seconds =
        i32::try_from(hour).ok()? * SECONDS_OF_HOUR + i32::try_from(minute).ok()? * SECONDS_OF_MINUTE;
    if sign == b'-' { FixedOffset::west_opt(seconds) } else { FixedOffset::east_opt(seconds) }
}

fn clock(text: &str) -> Option<NaiveTime> {
    match *text.as_bytes() {
        [h, i, b':', m, n] => at([h, i], [m, n], *b"00"),
        [h, i, b':', m, n, b':', s, t] => at([h, i], [m, n], [s, t]),
        _ => None,
    }
}

fn at(hour: [u8; 2], minute: [u8; 2], second: [u8; 2]) -> Option<NaiveTime> {
    NaiveTime::from_hms_opt(two_digits(hour)?, two_digits(minute)?, two_digits(second)?)
}

fn two_digits([tens, ones]: [u8; 2]) -> Option<u32> {
    Some(char::from(tens).to_digit(10)? * 10 + char::from(ones).to_digit(10)?)
}
