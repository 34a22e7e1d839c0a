//! The command line of `push` (contract §12.2).

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::options;

/// Of `push`.
#[derive(Debug, Clone, Args)]
pub(crate) struct PushArguments {
    /// Send only this; may be repeated [default: all that is set up]
    #[arg(long = "what", value_enum, value_name = "WHAT")]
    pub what: Vec<Pushed>,
    /// Show what would be sent, and send nothing
    #[arg(long, conflicts_with = "test")]
    pub dry_run: bool,
    /// Try everything again now: what waits, was put aside or given up, and stopped or paused destinations
    #[arg(long, conflicts_with = "test")]
    pub again: bool,
    /// Wait this long for another push to end [default: not at all]
    #[arg(long, value_name = "DURATION", value_parser = options::duration)]
    pub lock_wait: Option<Duration>,
    /// Exit with 0 instead of 11 when another push is running
    #[arg(long)]
    pub skip_if_locked: bool,
    /// Send one event of type examsync.test to every webhook, outside the queue
    #[arg(long)]
    pub test: bool,
}

/// A value of `--what`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pushed {
    /// What was marked, to the exam system.
    Attendance,
    /// What was reported, to the exam system.
    Violations,
    /// What changed, to webhooks.
    Events,
}
