//! The command lines of packages for centres without a network (contract §11).

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args};

use super::dates::{self, Dates};
use super::options::{self, FeedSource};
use crate::text::sanitize::clean;

/// Of `keys`.
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("what").args(["new", "show"]).required(true))]
#[command(group = ArgGroup::new("owner").args(["head", "hall"]).conflicts_with("show"))]
pub(crate) struct KeysArguments {
    /// Create this key file, for you only; an existing one is never replaced
    #[arg(long, value_name = "FILE", requires = "owner")]
    pub new: Option<PathBuf>,
    /// Print the card of this key file
    #[arg(long, value_name = "FILE")]
    pub show: Option<PathBuf>,
    /// The keys are those of head office
    #[arg(long)]
    pub head: bool,
    /// The keys are those of the centre of this hall, by external id
    #[arg(long, value_name = "ID", value_parser = options::hall_id)]
    pub hall: Option<i64>,
    /// What the installation is called on its card
    #[arg(long, value_name = "TEXT", requires = "new", value_parser = name)]
    pub name: Option<String>,
}

/// Of `export`.
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("of").args(["halls", "all", "results"]).required(true))]
pub(crate) struct ExportArguments {
    /// A package for the centre of this hall, by external id; may be repeated
    #[arg(long = "hall", value_name = "ID", value_parser = options::hall_id)]
    pub halls: Vec<i64>,
    /// A package for every centre that has a card in SYNC_PEERS_FILE
    #[arg(long, conflicts_with = "halls")]
    pub all: bool,
    /// The results of this centre, for head office; while nothing is marked yet, the receipt of its package
    #[arg(long, conflicts_with_all = ["halls", "all", "dates", "since", "above"])]
    pub results: bool,
    /// The folder to write into
    #[arg(long, value_name = "DIR", required = true)]
    pub to: PathBuf,
    /// A date or a range FROM..TO, both ends included; may be repeated [default: from yesterday on, where there are participants]
    #[arg(long = "date", value_name = "DATE|FROM..TO", value_parser = dates::parse)]
    pub dates: Vec<Dates>,
    /// Send what changed since the acknowledged package or since package N, or everything [default: acked]
    #[arg(long, value_name = "acked|full|N", value_parser = since)]
    pub since: Option<Since>,
    /// Give the package a number above this one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=MAX_NUMBER))]
    pub above: Option<i64>,
    /// Write the last package again, under the next number, even if nothing is new
    #[arg(long)]
    pub again: bool,
    /// Attach this file; may be repeated
    #[arg(long, value_name = "FILE")]
    pub attach: Vec<PathBuf>,
    /// Do everything, then roll it back, and write no file
    #[arg(long)]
    pub dry_run: bool,
}

/// The highest number that `--above` takes: far above any, and there is room to count on.
const MAX_NUMBER: i64 = 1_000_000_000;

/// A value of `--since`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// `acked`.
    Acked,
    /// `full`.
    Full,
    /// A number.
    Version(i64),
}

fn since(value: &str) -> Result<Since, String> {
    match (value, value.parse()) {
        ("acked", _) => Ok(Since::Acked),
        ("full", _) => Ok(Since::Full),
        (_, Ok(version)) if (1..=MAX_NUMBER).contains(&version) => Ok(Since::Version(version)),
        _ => Err("write acked, full, or the number of a package".to_owned()),
    }
}

/// Of `import`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ImportArguments {
    /// The package or the results, or - for stdin
    #[arg(value_name = "FILE|-", value_parser = options::feed_source)]
    pub file: FeedSource,
    /// The file is an event, as a web server or a hook runner got it; what it asks for is pulled
    #[arg(long, conflicts_with_all = ["dry_run", "approve", "lock_wait"])]
    pub event: bool,
    /// Do everything, then roll it back: show what would change
    #[arg(long)]
    pub dry_run: bool,
    /// Approve the plan that a refusal printed; may be repeated
    #[arg(long, value_name = "PLAN", value_parser = options::plan)]
    pub approve: Vec<String>,
    /// Wait this long for another pass to end [default: not at all]
    #[arg(long, value_name = "DURATION", value_parser = options::duration)]
    pub lock_wait: Option<Duration>,
}

/// A name that fits on a card: one short line.
fn name(value: &str) -> Result<String, String> {
    const MAX_CHARACTERS: usize = 60;
    let name = value.trim();
    if name.chars().count() <= MAX_CHARACTERS && clean(name) == name && !name.contains('#') {
        return Ok(name.to_owned());
    }
    Err(format!("write at most {MAX_CHARACTERS} characters on one line, without #"))
}
