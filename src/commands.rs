//! The subcommands, one file each, and what they share: who runs them, where, and what may stop them.

pub(crate) mod completions;
pub(crate) mod conflicts;
pub(crate) mod crontab;
mod database;
pub(crate) mod doctor;
pub(crate) mod find;
pub(crate) mod help;
pub(crate) mod import_event;
pub(crate) mod keys;
pub(crate) mod lists;
pub(crate) mod man;
pub(crate) mod migrate;
pub(crate) mod settings;
pub(crate) mod status;
pub(crate) mod sync;

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use self::database::{existing, location, make_or_open, name_default_database};
use crate::cli::ConflictsCommand::Take;
use crate::cli::{Command, ConflictsArguments, GlobalOptions};
use crate::exit::{Failure, FailureKind, SUCCESS};
use crate::metrics;
use crate::output::Printer;
use crate::output::logging::Recent;
use crate::report::Report;
use crate::settings::{Environment, Loaded, Settings, UnknownName};
use crate::shutdown::{Stop, Stopper};
use crate::status::model::Surroundings;
use crate::status::{Basis, token};
use crate::tasks::{blocking, print_unless_stopped};

/// One run of the program, as all commands see it.
pub(crate) struct Invocation {
    /// One per run; in every log line, and what the API sees as `X-Request-Id`.
    pub run_id: Uuid,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// Options that every command takes.
    pub options: GlobalOptions,
    /// What the process was given.
    pub environment: Environment,
    /// Where relative paths start.
    pub working_folder: PathBuf,
    /// The program's own path, for crontab lines.
    pub program: PathBuf,
    /// What prints.
    pub printer: Printer,
    /// Whether stdout or stderr is a terminal: a person runs this.
    pub on_terminal: bool,
    /// The newest log lines, for the reader of a failed command's mail.
    pub recent: Recent,
    /// Asks for the end, at the deadline.
    pub stopper: Stopper,
    /// Says that the end was asked for.
    pub stop: Stop,
}

/// What `--json` says of a command whose result is a text.
#[derive(Serialize)]
struct FailureDocument<'a> {
    version: u32,
    command: &'static str,
    exit_code: u8,
    text: &'a str,
}

/// A command that does not pull: it blocks, and needs no more than the invocation.
type Local = Box<dyn FnOnce(&Invocation) -> Result<u8, Failure> + Send>;

/// Runs the command and returns the exit code.
pub(crate) async fn run(invocation: Invocation, command: Command) -> u8 {
    let name = name(&command);
    let local: Local = match command {
        Command::Halls(arguments) => {
            return sync::run(&invocation, name, &arguments.sync, sync::SyncCommand::Halls).await;
        }
        Command::Rooms(arguments) => {
            return sync::run(&invocation, name, &arguments.sync, sync::SyncCommand::Rooms(arguments.halls))
                .await;
        }
        Command::Participants(arguments) => {
            let options = arguments.sync.clone();
            return sync::run(&invocation, name, &options, sync::SyncCommand::Participants(arguments)).await;
        }
        Command::Roster(arguments) => {
            let options = arguments.sync.clone();
            return sync::run(&invocation, name, &options, sync::SyncCommand::Roster(arguments)).await;
        }
        Command::Doctor(arguments) => return doctor::run(&invocation, name, &arguments).await,
        Command::Export(arguments) => {
            let options = sync::packages::export_options(&arguments);
            return sync::run(&invocation, name, &options, sync::SyncCommand::Export(arguments)).await;
        }
        Command::Import(arguments) if arguments.event => {
            return import_event::run(&invocation, &arguments.file).await;
        }
        Command::Import(arguments) => {
            let options = sync::packages::import_options(&arguments);
            return sync::run(&invocation, name, &options, sync::SyncCommand::Import).await;
        }
        Command::Push(arguments) => {
            let options = sync::push::options(&arguments);
            return sync::run(&invocation, name, &options, sync::SyncCommand::Push(arguments)).await;
        }
        Command::Conflicts(ConflictsArguments { command: Some(Take(arguments)), .. }) => {
            let options = sync::packages::take_options(&arguments);
            return sync::run(&invocation, name, &options, sync::SyncCommand::Resolve(arguments)).await;
        }
        Command::Conflicts(arguments) => {
            Box::new(move |invocation| conflicts::run(invocation, &invocation.settings()?, &arguments))
        }
        Command::Status(arguments) => {
            Box::new(move |invocation| status::run(invocation, &invocation.settings()?, &arguments))
        }
        Command::Lists(arguments) => {
            Box::new(move |invocation| lists::run(invocation, &invocation.settings()?, &arguments))
        }
        Command::Find(arguments) => {
            Box::new(move |invocation| find::run(invocation, &invocation.settings()?, &arguments))
        }
        Command::Migrate(arguments) => {
            Box::new(move |invocation| migrate::run(invocation, &invocation.settings()?, &arguments))
        }
        Command::Crontab => Box::new(crontab::run),
        Command::Settings(arguments) => Box::new(move |invocation| settings::run(invocation, &arguments)),
        Command::Keys(arguments) => Box::new(move |invocation| keys::run(invocation, &arguments)),
        Command::Completions(arguments) => {
            Box::new(move |invocation| completions::run(invocation, &arguments))
        }
        Command::Man(arguments) => Box::new(move |invocation| man::run(invocation, &arguments)),
        Command::Help(arguments) => Box::new(move |invocation| help::run(invocation, &arguments)),
    };
    let (printer, stop) = (invocation.printer.clone(), invocation.stop.clone());
    let (run_id, started_at) = (invocation.run_id, invocation.started_at);
    let ended = blocking(&stop, move || local(&invocation)).await;
    let failure = match ended.and_then(|ended| ended) {
        Ok(code) => return code,
        Err(failure) => failure,
    };
    let code = failure.kind.exit_code();
    print_unless_stopped(&stop, move || fail(&printer, run_id, started_at, name, &failure))
        .await
        .unwrap_or(code)
}

/// Prints the failure of a command that has no report of its own, as a document too with `--json`.
pub(crate) fn fail(
    printer: &Printer,
    run_id: Uuid,
    started_at: DateTime<Utc>,
    command: &str,
    failure: &Failure,
) -> u8 {
    let report = Report::from_syncs(run_id, command, false, started_at, Vec::new(), Some(failure));
    // A stdout that can't be written must not change the exit code.
    let _ = printer.report(&report);
    report.exit_code
}

impl Invocation {
    /// The checked settings.
    ///
    /// # Errors
    /// See [`Loaded::checked`].
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        let loaded = self.loaded();
        warn(&self.printer, &loaded, (&self.options, &self.environment));
        loaded.checked
    }

    /// The settings, valid or not.
    fn loaded(&self) -> Loaded {
        Loaded::read(&self.options, &self.environment, &self.working_folder)
    }

    /// The settings, valid or not, read on a blocking thread, because the files that hold them may block.
    ///
    /// # Errors
    /// Why the command was stopped meanwhile.
    async fn load(&self) -> Result<Loaded, Failure> {
        let (options, environment) = (self.options.clone(), self.environment.clone());
        let working_folder = self.working_folder.clone();
        let printer = self.printer.clone();
        blocking(&self.stop, move || {
            let loaded = Loaded::read(&options, &environment, &working_folder);
            warn(&printer, &loaded, (&options, &environment));
            loaded
        })
        .await
    }

    /// Prints what is a text whatever is asked for; with `--json` it is in a document (contract §5).
    fn text(&self, command: &'static str, text: &str) -> Result<u8, Failure> {
        self.printed(match self.options.json {
            true => self.printer.json(&FailureDocument { version: 1, command, exit_code: SUCCESS, text }),
            false => self.printer.text(text),
        })
    }

    /// Success, unless the result could not be printed.
    fn printed(&self, printed: std::io::Result<()>) -> Result<u8, Failure> {
        printed.map_err(|error| {
            Failure::new(FailureKind::Internal, format!("stdout can't be written: {error}"))
        })?;
        Ok(SUCCESS)
    }
}

/// Warns of names that look like settings and are none.
fn warn_of_names(printer: &Printer, loaded: &Loaded) {
    let Some(file) = &loaded.env_file else { return };
    for UnknownName { name, nearest, .. } in loaded.unknown.iter().filter(|name| name.is_misspelt()) {
        printer.warn(&format!("{name} in {} is not a setting: did you mean {nearest}?", file.display()));
    }
}

/// Warns of what does not keep a command from running.
fn warn(printer: &Printer, loaded: &Loaded, (options, environment): (&GlobalOptions, &Environment)) {
    if let (Some(file), None) = (&loaded.env_file, &options.env_file) {
        tracing::info!(file = %file.display(), "settings are also from an env file that was found, not named");
    }
    warn_of_names(printer, loaded);
    let database = loaded.right.iter().filter_map(|settings| settings.unverified_database(environment));
    for (sentence, advice) in database {
        printer.warn_on_terminal(&format!("{sentence}; {advice}"));
    }
    for sentence in loaded.right.iter().flat_map(Settings::secrets_in_clear) {
        printer.warn_on_terminal(&sentence);
    }
    let refused = loaded.right.as_ref().and_then(|settings| settings.crontab.as_ref().err());
    for refusal in refused.iter().flat_map(|failure| failure.message.lines()) {
        printer.warn_on_terminal(&format!("{refusal}; examsync crontab refuses it"));
    }
}

/// The command's name, as in `--json`.
pub(crate) fn name(command: &Command) -> &'static str {
    match command {
        Command::Halls(_) => "halls",
        Command::Rooms(_) => "rooms",
        Command::Participants(_) => "participants",
        Command::Roster(_) => "roster",
        Command::Export(_) => "export",
        Command::Import(_) => "import",
        Command::Push(_) => "push",
        Command::Conflicts(_) => "conflicts",
        Command::Status(_) => "status",
        Command::Lists(_) => "lists",
        Command::Find(_) => "find",
        Command::Migrate(_) => "migrate",
        Command::Doctor(_) => "doctor",
        Command::Crontab => "crontab",
        Command::Settings(_) => "settings",
        Command::Keys(_) => "keys",
        Command::Completions(_) => "completions",
        Command::Man(_) => "man",
        Command::Help(_) => "help",
    }
}

/// What the state is judged by, now.
fn status_basis(settings: &Settings) -> Basis {
    Basis {
        now: Utc::now(),
        timezone: settings.timezone,
        stale_after_halls: settings.stale_after_halls,
        stale_after_participants: settings.stale_after_participants,
        stale_after_roster: settings.roster.stale_after,
    }
}

/// What `status` and the metrics know without the database.
fn surroundings(settings: &Settings, basis: &Basis) -> Surroundings {
    Surroundings {
        token: settings.token_ends_at().map(|expires_at| token::expiry(expires_at, basis.now)),
        unwritable_metrics: (settings.metrics_file.as_ref())
            .and_then(|path| metrics::file::obstacle(path, &settings.operator)),
        centres: settings.centres.halls(),
        rosters: settings.roster.names(),
        destinations: settings.push_destinations(),
        pushed: settings.push.pushed(),
        is_centre: settings.centres.keys.as_ref().is_some_and(|keys| keys.owner().hall().is_some()),
    }
}
