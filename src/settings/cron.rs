//! Cron schedules: five fields, and whether every cron daemon reads them alike (contract §3, `SYNC_HALLS_CRON`).

mod field;
mod schedule;
#[cfg(test)]
mod tests;
mod times;

use chrono_tz::Tz;

use self::field::{DAYS_OF_MONTH, DAYS_OF_WEEK, Field, HOURS, MINUTES, MONTHS, Parsed};
pub(crate) use self::schedule::Schedule;
pub(crate) use self::times::Times;
use super::parse::shown;

/// The last day of each month; February has 29 in some years.
const LAST_DAYS: [u16; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// What to write, at the end of a refusal.
const RIGHT: &str = "write five cron fields such as 0 2 * * *";

/// When cron pulls: five fields each, which every daemon reads alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CrontabTimes {
    /// `SYNC_HALLS_CRON`.
    pub halls: String,
    /// `SYNC_PARTICIPANTS_CRON`.
    pub participants: String,
}

/// Five cron fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cron {
    /// The fields as they were written, with one space between.
    pub(super) text: String,
    /// The same with numbers for names; or why daemons would differ, as the rest of a sentence that begins with the
    /// setting's name.
    portable: Result<String, String>,
}

impl Cron {
    /// Fields that cron daemons read, alike or not; what no daemon reads is an error as in [`super::parse`].
    pub(super) fn parse(value: &str) -> Result<Self, String> {
        let wrong = || format!("is {}; {RIGHT}", shown(value));
        let fields: Vec<&str> = value.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else { return Err(wrong()) };
        let parsed = |name: &str, field: &Field, text: &str| {
            let unreadable = || {
                let (value, text) = (shown(value), shown(text));
                format!("is {value}: the {name} {text} can't be read; {RIGHT}")
            };
            field.parse(text).ok_or_else(unreadable)
        };
        let schedule = [
            parsed("minute", &MINUTES, minute)?,
            parsed("hour", &HOURS, hour)?,
            parsed("day of the month", &DAYS_OF_MONTH, day)?,
            parsed("month", &MONTHS, month)?,
            parsed("day of the week", &DAYS_OF_WEEK, weekday)?,
        ];
        let portable = portable(&schedule).map_err(|why| format!("is {}: {why}", shown(value)));
        Ok(Self { text: fields.join(" "), portable })
    }

    /// When the machine's cron starts it.
    pub(super) fn schedule(&self, timezone: Tz) -> Option<Schedule> {
        Some(Schedule { times: Times::parse(&self.text)?, timezone })
    }

    /// The fields with numbers for names.
    ///
    /// # Errors
    /// Why cron daemons would differ on them, as the rest of a sentence that begins with the setting's name.
    pub(super) fn portable(&self) -> Result<&str, &str> {
        self.portable.as_deref().map_err(String::as_str)
    }
}

/// The fields with numbers for names, or why daemons would differ.
fn portable(schedule: &[Parsed; 5]) -> Result<String, String> {
    let [.., day, month, weekday] = schedule;
    let texts = schedule.iter().map(Parsed::portable).collect::<Result<Vec<_>, _>>()?;
    let last = month.values().map(|month| LAST_DAYS[usize::from(month - 1)]).max().unwrap_or_default();
    if let Some(missing) = day.written_values().find(|day| *day > last) {
        return Err(format!("none of its months has a day {missing}; leave that day out"));
    }
    if !day.is_any() && !weekday.is_any() {
        return Err(
            "cron daemons differ on whether both the day of the month and the day of the week must match; \
                    write * for one of them"
                .to_owned(),
        );
    }
    Ok(texts.join(" "))
}
