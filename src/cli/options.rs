//! Options that several commands share, and the parsers of their values.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args};
use secrecy::SecretString;

use crate::model::sync_type::SyncType;
use crate::output::{ColorChoice, LogFormat};

/// Options everywhere (contract §2).
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct GlobalOptions {
    /// Print one JSON document on stdout, on failure too
    #[arg(long, global = true)]
    pub json: bool,
    /// Print only errors, and the answers of commands such as status and crontab
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print the summary also off a terminal, and an info log; -vv: a debug log
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Format of log lines; json also prints the info log without -v
    #[arg(long, global = true, value_enum, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// When to use colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// Read settings from this file [default: .env in the working directory, when there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// The database, without a password in it; wins over DATABASE_URL
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<SecretString>,
}

/// Options of the three sync commands (contract §2).
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct SyncOptions {
    /// Read the feed from a file instead of the API, - for stdin; the same JSON
    #[arg(long, value_name = "FILE", value_parser = feed_source)]
    pub from: Option<FeedSource>,
    /// Do everything, then roll it back: show what would change
    #[arg(long)]
    pub dry_run: bool,
    /// Approve the plan that a refusal printed; may be repeated
    #[arg(long, value_name = "PLAN", value_parser = plan)]
    pub approve: Vec<String>,
    /// Pull everything, also what the API says has not changed
    #[arg(long)]
    pub full: bool,
    /// Wait this long for another pass to end [default: not at all]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub lock_wait: Option<Duration>,
    /// Exit with 0 instead of 11 when another pass is running
    #[arg(long)]
    pub skip_if_locked: bool,
    /// Requests at a time, 1 to 64
    #[arg(long, value_name = "N", default_value = "8", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub concurrency: u8,
}

/// Where `--from` reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FeedSource {
    /// `-`.
    Stdin,
    /// Anything else.
    File(PathBuf),
}

/// The name of a file, or `-`.
pub(super) fn feed_source(value: &str) -> Result<FeedSource, String> {
    match value {
        "" => Err("name a file, or - for stdin".to_owned()),
        "-" => Ok(FeedSource::Stdin),
        path => Ok(FeedSource::File(PathBuf::from(path))),
    }
}

/// A plan as refusals print it, in lower case.
pub(super) fn plan(value: &str) -> Result<String, String> {
    if value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(value.to_ascii_lowercase());
    }
    Err("a plan is the 12 hexadecimal digits that the refusal printed".to_owned())
}

/// A duration as people write it.
pub(super) fn duration(value: &str) -> Result<Duration, String> {
    const MOST: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);
    let parsed = humantime::parse_duration(value).map_err(|_| "write it like 30s, 5m or 6h".to_owned())?;
    if parsed > MOST { Err("at most 100 years make sense".to_owned()) } else { Ok(parsed) }
}

/// A sync type by its name in the tables.
pub(super) fn sync_type() -> impl TypedValueParser<Value = SyncType> {
    PossibleValuesParser::new(SyncType::all().map(SyncType::name))
        .try_map(|name| SyncType::from_name(&name).ok_or("no such sync type"))
}

/// A hall's external id.
pub(super) fn hall_id(value: &str) -> Result<i64, String> {
    value.parse().ok().filter(|id| *id > 0).ok_or_else(|| {
        "a hall is named by its external id, the number above zero that it has in the exam system \
         (buildings.external_id here), not by its name"
            .to_owned()
    })
}
