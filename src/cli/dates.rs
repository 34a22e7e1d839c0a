//! Which exam dates `participants` is asked for (contract §2).

use std::fmt;

use chrono::{Datelike as _, Days, NaiveDate};

use super::ParticipantsArguments;
use crate::exit::{Failure, FailureKind};

/// The longest range, and the most that `--days` takes (contract §2).
pub(super) const MAX_RANGE_DAYS: i64 = 366;
/// Without `--date` and `--days`: today and the six days after it.
const DEFAULT_DAYS: u16 = 7;

/// One day, perhaps not known before the time zone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateArgument {
    /// In `SYNC_TIMEZONE`.
    Today,
    /// The day after today.
    Tomorrow,
    /// A date.
    On(NaiveDate),
}

impl DateArgument {
    /// The date, when `today` is today.
    pub(crate) fn resolve(self, today: NaiveDate) -> NaiveDate {
        match self {
            DateArgument::Today => today,
            DateArgument::Tomorrow => today.checked_add_days(Days::new(1)).unwrap_or(today),
            DateArgument::On(date) => date,
        }
    }

    fn is_relative(self) -> bool {
        !matches!(self, DateArgument::On(_))
    }
}

impl fmt::Display for DateArgument {
    /// As it is written on the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DateArgument::Today => f.write_str("today"),
            DateArgument::Tomorrow => f.write_str("tomorrow"),
            DateArgument::On(date) => date.fmt(f),
        }
    }
}

/// One value of `--date`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dates {
    /// A single day.
    One(DateArgument),
    /// A range with both ends.
    Range(DateArgument, DateArgument),
}

impl Dates {
    fn ends(self) -> (DateArgument, DateArgument) {
        match self {
            Dates::One(day) => (day, day),
            Dates::Range(from, to) => (from, to),
        }
    }
}

impl ParticipantsArguments {
    /// The asked dates in order, each once.
    ///
    /// # Errors
    /// [`FailureKind::Usage`] for a reversed or too long range, and for `--from` with other than one date.
    pub(crate) fn resolve(&self, today: NaiveDate) -> Result<Vec<NaiveDate>, Failure> {
        let days = self.days.or_else(|| self.dates.is_empty().then_some(DEFAULT_DAYS));
        let mut dates: Vec<NaiveDate> =
            today.iter_days().take(usize::from(days.unwrap_or_default())).collect();
        dates.extend(resolve(&self.dates, today)?);
        dates.sort_unstable();
        dates.dedup();
        if self.sync.from.is_some() && dates.len() != 1 {
            let message = format!(
                "--from holds the participants of one date, and {} are asked for; name it with exactly one --date",
                dates.len()
            );
            return Err(Failure::new(FailureKind::Usage, message));
        }
        Ok(dates)
    }

    /// All of [`Self::resolve`]'s checks that can be made before the time zone is known.
    pub(super) fn check_early(&self) -> Result<(), Failure> {
        let ends = self.dates.iter().flat_map(|asked| <[DateArgument; 2]>::from(asked.ends()));
        let relative =
            ends.clone().any(DateArgument::is_relative) || self.days.is_some() || self.dates.is_empty();
        let fixed = ends.clone().any(|day| !day.is_relative());
        if relative && fixed {
            return Ok(());
        }
        self.resolve(NaiveDate::default()).map(drop)
    }
}

/// The dates of `--date`, in order, each once.
///
/// # Errors
/// [`FailureKind::Usage`] for a reversed or too long range.
pub(crate) fn resolve(asked: &[Dates], today: NaiveDate) -> Result<Vec<NaiveDate>, Failure> {
    let mut dates = Vec::new();
    for asked in asked {
        let (from, to) = asked.ends();
        let range = range(from, to, today);
        dates.extend(range.map_err(|why| Failure::new(FailureKind::Usage, format!("--date: {why}")))?);
    }
    dates.sort_unstable();
    dates.dedup();
    Ok(dates)
}

/// Every date from `from` to `to`.
fn range(
    from: DateArgument,
    to: DateArgument,
    today: NaiveDate,
) -> Result<impl Iterator<Item = NaiveDate>, String> {
    let asked = format!("{from}..{to}");
    let (from, to) = (from.resolve(today), to.resolve(today));
    if to < from {
        return Err(format!("{asked} is reversed; write the earlier date first"));
    }
    let days = (to - from).num_days() + 1;
    if days > MAX_RANGE_DAYS {
        return Err(format!("{asked} is {days} days long; at most {MAX_RANGE_DAYS} are taken"));
    }
    Ok(from.iter_days().take_while(move |date| *date <= to))
}

/// One value of `--date`.
pub(super) fn parse(value: &str) -> Result<Dates, String> {
    let Some((from, to)) = value.split_once("..") else { return parse_day(value).map(Dates::One) };
    let (from, to) = (parse_day(from)?, parse_day(to)?);
    if !from.is_relative() && !to.is_relative() {
        drop(range(from, to, NaiveDate::default())?);
    }
    Ok(Dates::Range(from, to))
}

/// One day.
pub(super) fn parse_day(value: &str) -> Result<DateArgument, String> {
    // chrono also takes 2025-6-1 and years of other lengths; the contract does not.
    let shape = value.len() == 10
        && value.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    match value {
        "today" => Ok(DateArgument::Today),
        "tomorrow" => Ok(DateArgument::Tomorrow),
        // PostgreSQL has no year 0, as the calendar has none.
        date if shape => match date.parse::<NaiveDate>() {
            Ok(day) if day.year() > 0 => Ok(DateArgument::On(day)),
            _ => Err(format!("there is no day {date}")),
        },
        _ => Err("write YYYY-MM-DD, today or tomorrow".to_owned()),
    }
}
