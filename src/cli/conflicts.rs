//! The command line of conflicts between head office and centres (contract §11.2).

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::options;

/// Of `conflicts`.
#[derive(Debug, Clone, Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(crate) struct ConflictsArguments {
    /// Only conflicts of this hall, by external id; may be repeated [default: all halls]
    #[arg(long = "hall", value_name = "ID", value_parser = options::hall_id)]
    pub halls: Vec<i64>,
    /// Also closed conflicts
    #[arg(long)]
    pub all: bool,
    /// What to do instead.
    #[command(subcommand)]
    pub command: Option<ConflictsCommand>,
}

/// What is done with conflicts.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ConflictsCommand {
    /// Decide whose decision counts; it goes down with the next package
    Take(TakeArguments),
}

/// Of `conflicts take`.
#[derive(Debug, Clone, Args)]
pub(crate) struct TakeArguments {
    /// The conflicts, each by its id or uid, and whose decision counts: head or centre
    #[arg(value_name = "ID|UID... head|centre", required = true)]
    pub words: Vec<String>,
    /// All open conflicts of this hall, by external id
    #[arg(long, value_name = "ID", value_parser = options::hall_id)]
    pub hall: Option<i64>,
    /// The reason, for the record
    #[arg(long, value_name = "TEXT", required = true)]
    pub reason: String,
    /// Do everything, then roll it back: show what would change
    #[arg(long)]
    pub dry_run: bool,
    /// Wait this long for another pass to end [default: not at all]
    #[arg(long, value_name = "DURATION", value_parser = options::duration)]
    pub lock_wait: Option<Duration>,
}

/// Whose decision counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Side {
    /// That of head office.
    Head,
    /// That of the centre.
    Centre,
}

impl TakeArguments {
    /// The conflicts and the side, which comes last.
    ///
    /// # Errors
    /// What is wrong with the words.
    pub(crate) fn asked(&self) -> Result<(&[String], Side), String> {
        let side = self.words.split_last().and_then(|(last, ids)| match last.as_str() {
            "head" => Some((ids, Side::Head)),
            "centre" => Some((ids, Side::Centre)),
            _ => None,
        });
        let Some((ids, side)) = side else {
            return Err("say whose decision counts: `head` or `centre` stands last".to_owned());
        };
        match (ids, self.hall) {
            ([], None) => Err("name conflicts by id or uid, or all of a hall with --hall ID".to_owned()),
            ([_, ..], Some(_)) => Err("name either conflicts or a hall".to_owned()),
            (ids, _) => match ids.iter().find(|id| !is_id(id)) {
                Some(wrong) => Err(format!("{wrong} is neither the id nor the uid of a conflict")),
                None => Ok((ids, side)),
            },
        }
    }
}

fn is_id(word: &str) -> bool {
    word.parse::<i64>().is_ok() || uuid::Uuid::parse_str(word).is_ok()
}
