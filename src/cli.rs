//! The clap definitions: the command line of contract §2 and nothing else.

mod centres;
mod conflicts;
mod dates;
mod exam_day;
mod help;
mod migrate;
mod options;
mod push;
mod status;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, FromArgMatches, Parser, Subcommand};

pub(crate) use self::centres::{ExportArguments, ImportArguments, KeysArguments, Since};
pub(crate) use self::conflicts::{ConflictsArguments, ConflictsCommand, Side, TakeArguments};
pub(crate) use self::dates::{DateArgument, Dates, resolve as resolve_dates};
pub(crate) use self::exam_day::{ChangedSince, FindArguments, ListFormat, ListsArguments};
pub(crate) use self::help::definition;
use self::help::*;
pub(crate) use self::migrate::MigrateArguments;
pub(crate) use self::options::{FeedSource, GlobalOptions, SyncOptions};
pub(crate) use self::push::{PushArguments, Pushed};
pub(crate) use self::status::{StatusArguments, StatusFormat};
use crate::exit::{Failure, FailureKind};

/// Pulls exam halls, rooms and participants from the external exam system into the local database.
#[derive(Debug, Clone, Parser)]
#[command(name = "examsync", version, max_term_width = 100, disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options that every command takes.
    #[command(flatten)]
    pub global: GlobalOptions,
}

/// The subcommands.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Command {
    /// Pull exam halls and the rooms nested in them
    #[command(after_help = HELP_OF_HALLS)]
    Halls(HallsArguments),
    /// Pull rooms, hall by hall
    #[command(after_help = HELP_OF_ROOMS)]
    Rooms(RoomsArguments),
    /// Pull who sits where, date by date
    #[command(after_help = HELP_OF_PARTICIPANTS)]
    Participants(ParticipantsArguments),
    /// Pull people, organisations, classes and enrollments from the system of a school
    #[command(after_help = HELP_OF_ROSTER)]
    Roster(RosterArguments),
    /// Write packages for centres without a network, or the results of one
    #[command(after_help = HELP_OF_EXPORT)]
    Export(ExportArguments),
    /// Import a package from head office, or the results of a centre
    #[command(after_help = HELP_OF_IMPORT)]
    Import(ImportArguments),
    /// Send attendance and violations to the exam system, and change events to webhooks
    #[command(after_help = HELP_OF_PUSH)]
    Push(PushArguments),
    /// List conflicts between head office and centres, and resolve them
    #[command(after_help = HELP_OF_CONFLICTS)]
    Conflicts(ConflictsArguments),
    /// Show how fresh and how healthy the local data is; reads only the database
    #[command(after_help = HELP_OF_STATUS)]
    Status(StatusArguments),
    /// Write lists of who sits where, for printing, and show who moved since they were printed
    #[command(after_help = HELP_OF_LISTS)]
    Lists(ListsArguments),
    /// Find people, halls and rooms by number, name, address or external id; reads only the database
    #[command(after_help = HELP_OF_FIND)]
    Find(FindArguments),
    /// Create or update the tables
    #[command(after_help = HELP_OF_MIGRATE)]
    Migrate(MigrateArguments),
    /// Check everything that a pass, an alert and cron need; changes nothing
    #[command(after_help = HELP_OF_DOCTOR)]
    Doctor(DoctorArguments),
    /// Print crontab lines made from SYNC_HALLS_CRON and SYNC_PARTICIPANTS_CRON, and with ROSTER_URL one for the roster
    #[command(after_help = "Example:\n  examsync crontab --env-file /etc/examsync/env")]
    Crontab,
    /// Print every setting with its value and where that comes from, or an env file to begin with
    #[command(after_help = HELP_OF_SETTINGS)]
    Settings(SettingsArguments),
    /// Create the keys of an installation that exchanges packages, or print its card
    #[command(after_help = HELP_OF_KEYS)]
    Keys(KeysArguments),
    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  examsync completions bash > /etc/bash_completion.d/examsync")]
    Completions(CompletionsArguments),
    /// Print the man page, or a topic of the manual as one
    #[command(after_help = HELP_OF_MAN)]
    Man(ManArguments),
    /// Print the help of a command, or a topic of the manual
    #[command(after_help = HELP_OF_HELP)]
    Help(HelpArguments),
}

/// Of `halls`.
#[derive(Debug, Clone, Args)]
pub(crate) struct HallsArguments {
    /// Options of every sync command.
    #[command(flatten)]
    pub sync: SyncOptions,
}

/// Of `rooms`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RoomsArguments {
    /// Only this hall, by external id; may be repeated [default: all active halls]
    #[arg(long = "hall", value_name = "ID", value_parser = options::hall_id)]
    pub halls: Vec<i64>,
    /// Options of every sync command.
    #[command(flatten)]
    pub sync: SyncOptions,
}

/// Of `participants`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ParticipantsArguments {
    /// A date (YYYY-MM-DD, today, tomorrow) or a range, both ends included; may be repeated [default:
    /// today and the six days after it]
    #[arg(long = "date", value_name = "DATE|FROM..TO", value_parser = dates::parse)]
    pub dates: Vec<Dates>,
    /// Today and the following days, this many in all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=dates::MAX_RANGE_DAYS))]
    pub days: Option<u16>,
    /// Skip a date without active participants whose last completed pass is younger than this
    #[arg(long, value_name = "DURATION", value_parser = options::duration)]
    pub idle_interval: Option<Duration>,
    /// Only dates on which an exam with active participants starts within this time
    #[arg(long, value_name = "DURATION", value_parser = options::duration)]
    pub starting_within: Option<Duration>,
    /// Options of every sync command.
    #[command(flatten)]
    pub sync: SyncOptions,
}

/// Of `roster`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RosterArguments {
    /// Only this source; may be repeated [default: all]
    #[arg(long = "source", value_name = "NAME")]
    pub sources: Vec<String>,
    /// Only this person with their roles and enrollments, by sourced id; may be repeated [default: everything]
    #[arg(long = "user", value_name = "SOURCED_ID", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub users: Vec<String>,
    /// Options of every sync command.
    #[command(flatten)]
    pub sync: SyncOptions,
}

/// Of `doctor`.
#[derive(Debug, Clone, Args)]
pub(crate) struct DoctorArguments {
    /// Also check the API, the sources of a roster, the mail server, the webhooks and the heartbeat, without sending them
    /// anything
    #[arg(long)]
    pub online: bool,
    /// Send one message, marked as a test, by mail and to every webhook
    #[arg(long)]
    pub send: bool,
}

/// Of `settings`.
#[derive(Debug, Clone, Args)]
pub(crate) struct SettingsArguments {
    /// Print an env file in which every setting is explained and commented out
    #[arg(long)]
    pub example: bool,
}

/// Of `completions`.
#[derive(Debug, Clone, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// Of `man`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ManArguments {
    /// The topic [default: all commands]
    #[arg(value_name = "TOPIC")]
    pub name: Option<String>,
}

/// Of `help`.
#[derive(Debug, Clone, Args)]
pub(crate) struct HelpArguments {
    /// The command or the topic [default: all commands]
    #[arg(value_name = "COMMAND|TOPIC")]
    pub name: Option<String>,
}

/// Reads a command line, the program's name first.
///
/// # Errors
/// What clap says: help and version too are "errors", see [`usage_failure`].
pub(crate) fn parse<I, T>(arguments: I) -> Result<Cli, clap::Error>
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let mut matches = definition().try_get_matches_from(arguments)?;
    let mut cli = Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut definition()))?;
    let refuse = |kind, message: String| definition().error(kind, message);
    match &mut cli.command {
        Command::Rooms(rooms) => {
            rooms.halls.sort_unstable();
            rooms.halls.dedup();
            if rooms.sync.from.is_some() && rooms.halls.len() != 1 {
                let message = "--from holds the rooms of one hall; name it with exactly one --hall ID";
                return Err(refuse(ErrorKind::MissingRequiredArgument, message.to_owned()));
            }
        }
        Command::Lists(lists) => {
            lists.halls.sort_unstable();
            lists.halls.dedup();
        }
        Command::Migrate(migrate) => {
            migrate.check().map_err(|message| refuse(ErrorKind::MissingRequiredArgument, message))?
        }
        Command::Export(export) => {
            export.halls.sort_unstable();
            export.halls.dedup();
        }
        Command::Conflicts(ConflictsArguments { command: Some(ConflictsCommand::Take(take)), .. }) => {
            take.asked().map_err(|message| refuse(ErrorKind::ValueValidation, message))?;
        }
        Command::Participants(participants) => participants
            .check_early()
            .map_err(|failure| refuse(ErrorKind::ValueValidation, failure.message))?,
        Command::Status(status) if status.unprintable().is_some() => {
            let message = status.unprintable().unwrap_or_default();
            return Err(refuse(ErrorKind::ArgumentConflict, message.to_owned()));
        }
        Command::Status(status) if cli.global.json => match status.format {
            None | Some(StatusFormat::Json) => status.format = Some(StatusFormat::Json),
            Some(_) => {
                let message = "--json and --format ask for different formats; give one of them";
                return Err(refuse(ErrorKind::ArgumentConflict, message.to_owned()));
            }
        },
        // A failure is then answered with a document, too.
        Command::Status(status) if status.format == Some(StatusFormat::Json) => cli.global.json = true,
        _ => {}
    }
    Ok(cli)
}

/// Whether a command line that may not even be readable asks for `--json`: usage errors are then
/// answered with a document too (contract §4).
pub(crate) fn wants_json<T: AsRef<std::ffi::OsStr>>(arguments: &[T]) -> bool {
    arguments
        .iter()
        .map(AsRef::as_ref)
        .take_while(|argument| *argument != "--")
        .any(|argument| argument == "--json")
}

/// The usage failure in what [`parse`] says; `None` when it is the help or the version, which belong on stdout.
pub(crate) fn usage_failure(error: &clap::Error) -> Option<Failure> {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return None;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // clap would say the whole help as the error.
        return Some(Failure::new(FailureKind::Usage, "no command is given; see `examsync --help`"));
    }
    let text = error.render().to_string();
    let message = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
    Some(Failure::new(FailureKind::Usage, message))
}
