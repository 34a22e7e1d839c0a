//! The arguments of `status`.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::dates::{self, DateArgument};
use super::options;
use crate::model::sync_type::SyncType;

/// Of `status`.
#[derive(Debug, Clone, Args)]
pub(crate) struct StatusArguments {
    /// The exam-morning view of one date (YYYY-MM-DD, today, tomorrow)
    #[arg(long, value_name = "DATE", value_parser = dates::parse_day, conflicts_with = "history")]
    pub date: Option<DateArgument>,
    /// How far back to look for changes or runs [default with --date: 2h]
    #[arg(long, value_name = "DURATION", value_parser = options::duration)]
    pub since: Option<Duration>,
    /// With --date: only this hall, by external id; may be repeated
    #[arg(long = "hall", value_name = "ID", value_parser = options::hall_id, requires = "date")]
    pub halls: Vec<i64>,
    /// With --date: only what to act on; exit with 1 when there is anything
    #[arg(long, requires = "date")]
    pub problems: bool,
    /// With --date: show names of people; without it they are shown by their numbers
    #[arg(long, requires = "date")]
    pub names: bool,
    /// How often the page is written; it marks itself out of date at twice this age [default: the
    /// period of SYNC_PARTICIPANTS_CRON]
    #[arg(long, value_name = "DURATION", value_parser = options::duration)]
    pub every: Option<Duration>,
    /// Output format [default: text]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<StatusFormat>,
    /// Exit with 1 when anything is stale, critical, never synced or alerting
    #[arg(long)]
    pub check: bool,
    /// List the last N runs
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub history: Option<u32>,
    /// With --history: only this sync type
    #[arg(long = "type", value_name = "TYPE", requires = "history", value_parser = options::sync_type())]
    pub sync_type: Option<SyncType>,
    /// With --history: only runs that failed
    #[arg(long, requires = "history")]
    pub failed: bool,
}

impl StatusArguments {
    /// What of it is not printed in the asked form.
    pub(super) fn unprintable(&self) -> Option<&'static str> {
        let page = self.format == Some(StatusFormat::Html);
        match self.format {
            Some(StatusFormat::Prometheus | StatusFormat::Html) if self.history.is_some() => {
                Some("--history is printed as text or json; leave one of the options out")
            }
            Some(StatusFormat::Prometheus) if self.date.is_some() => {
                Some("--date is printed as text, json or html; leave one of the options out")
            }
            Some(StatusFormat::Html) if self.problems => {
                Some("--problems is printed as text or json; leave one of the options out")
            }
            _ if self.every.is_some() && !page => Some("--every is about the page; add --format html"),
            _ => None,
        }
    }
}

/// What `status` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatusFormat {
    /// For people.
    Text,
    /// One JSON document.
    Json,
    /// OpenMetrics text.
    Prometheus,
    /// One self-contained page.
    Html,
}
