//! The command lines of `lists` and `find` (contract §14.2 and §14.3).

use std::path::PathBuf;

use chrono::{DateTime, NaiveTime, Utc};
use clap::{Args, ValueEnum};

use super::dates::{self, DateArgument};
use super::options;

/// Of `lists`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ListsArguments {
    /// The exam date (YYYY-MM-DD, today, tomorrow)
    #[arg(long, value_name = "DATE", value_parser = dates::parse_day)]
    pub date: DateArgument,
    /// Only this hall, by external id; may be repeated [default: all halls]
    #[arg(long = "hall", value_name = "ID", value_parser = options::hall_id)]
    pub halls: Vec<i64>,
    /// Only this start time
    #[arg(long, value_name = "HH:MM", value_parser = start_time)]
    pub time: Option<NaiveTime>,
    /// Write into this folder, which only you may read; it is created if it does not exist
    #[arg(long, value_name = "FOLDER", required_unless_present = "changed_since")]
    pub to: Option<PathBuf>,
    /// What to write: pages and CSV, or CSV alone
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "html")]
    pub format: ListFormat,
    /// Show who moved since this print, or this time of today, and write only the sheets that differ
    #[arg(long, value_name = "PRINT|TIME", value_parser = changed_since)]
    pub changed_since: Option<ChangedSince>,
    /// Exit with 1 when a sheet differs
    #[arg(long, requires = "changed_since")]
    pub check: bool,
}

/// Of `find`.
#[derive(Debug, Clone, Args)]
pub(crate) struct FindArguments {
    /// A number, a name or a part of it, an address or an external id; letter case and marks do not matter
    #[arg(value_name = "TEXT", required = true)]
    pub text: Vec<String>,
    /// Only this date (YYYY-MM-DD, today, tomorrow)
    #[arg(long, value_name = "DATE", value_parser = dates::parse_day)]
    pub date: Option<DateArgument>,
}

/// What `lists` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// Pages for paper, and CSV.
    Html,
    /// CSV alone.
    Csv,
}

/// What `--changed-since` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ChangedSince {
    /// A print, by its id.
    Print(String),
    /// A time of today, in `SYNC_TIMEZONE`.
    Clock(NaiveTime),
    /// A moment.
    Moment(DateTime<Utc>),
}

fn start_time(value: &str) -> Result<NaiveTime, String> {
    let shape = value.len() == 5 && value.as_bytes().get(2) == Some(&b':');
    let time = shape.then(|| NaiveTime::parse_from_str(value, "%H:%M").ok()).flatten();
    time.ok_or_else(|| "write HH:MM, such as 09:30".to_owned())
}

fn changed_since(value: &str) -> Result<ChangedSince, String> {
    const ID_DIGITS: usize = 8;
    if value.len() == ID_DIGITS && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(ChangedSince::Print(value.to_ascii_lowercase()));
    }
    let clock = start_time(value).map(ChangedSince::Clock).ok();
    let moment = || DateTime::parse_from_rfc3339(value).ok().map(|at| ChangedSince::Moment(at.to_utc()));
    clock.or_else(moment).ok_or_else(|| {
        "write the 8 hexadecimal digits of a print, which are at the foot of its sheets, HH:MM of today, or a time \
         such as 2027-05-24T18:00:00+04:00"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_print_and_a_time_are_told_apart() {
        assert_eq!(changed_since("0BADCAFE"), Ok(ChangedSince::Print("0badcafe".into())));
        assert_eq!(changed_since("12345678"), Ok(ChangedSince::Print("12345678".into())));
        assert_eq!(changed_since("18:00"), Ok(ChangedSince::Clock("18:00:00".parse().unwrap())));
        let at = "2027-05-24T14:00:00Z".parse().unwrap();
        assert_eq!(changed_since("2027-05-24T18:00:00+04:00"), Ok(ChangedSince::Moment(at)));
        for wrong in ["", "8:00", "18:00:00", "25:00", "yesterday", "0badcaf", "2027-05-24T18:00:00"] {
            assert!(changed_since(wrong).is_err(), "{wrong}");
        }
    }
}
