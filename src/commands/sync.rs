//! The three commands that pull: settings, database, passes, report.

use std::convert::Infallible;
use std::time::Instant;

use chrono::{NaiveDate, Utc};
use tokio::time;

use super::{Invocation, location, name_default_database, status_basis, surroundings};
use crate::alerts::rules::{Called, Rules};
use crate::api::{Client, ExpectedRequests};
use crate::cli::{SyncOptions, resolve_dates};
use crate::clock;
use crate::delivery::heartbeat::Heartbeat;
use crate::exit::{Failure, FailureKind};
use crate::output::{Printer, Trail};
use crate::pass;
use crate::report::{Report, Sync};
use crate::settings::{Api, Settings};
use crate::shutdown::Reason;
use crate::source::Source;
use crate::store::connections::Connections;
use crate::store::migrations;
use crate::tasks::{blocking, print_unless_stopped};
use crate::text::program_line::ProgramLine;

mod after_pass;
mod context;
pub(in crate::commands) mod packages;
pub(in crate::commands) mod push;
mod roster;
mod select_dates;
mod work;

pub(crate) use work::SyncCommand;

/// Runs the command, prints its report, and returns the exit code.
pub(crate) async fn run(invocation: &Invocation, name: &str, options: &SyncOptions, work: SyncCommand) -> u8 {
    let (checked, right, heartbeat_url, program) = match invocation.load().await {
        Ok(loaded) => (loaded.checked, loaded.right, loaded.heartbeat_url, loaded.program),
        Err(stopped) => (Err(stopped), None, None, ProgramLine::default()),
    };
    let heartbeat = if options.dry_run { None } else { Heartbeat::start(heartbeat_url) };
    let called = Called {
        some_halls: matches!(&work, SyncCommand::Rooms(named) if !named.is_empty()),
        some_people: matches!(&work, SyncCommand::Roster(arguments) if !arguments.users.is_empty()),
        on_terminal: invocation.on_terminal,
        from_file: options.from.is_some(),
    };
    // Wrong settings are an alert too, as far as the right ones reach the database and the channels.
    let rules = right.as_ref().map(|settings| Rules::new(invocation.run_id, settings, called));
    let pulled = match (&checked, &rules) {
        (Ok(settings), Some(rules)) => pull(invocation, settings, rules, options, &work).await,
        (Err(failure), _) => Err(failure.clone()),
        (Ok(_), None) => Err(Failure::new(FailureKind::Internal, "the settings have no rules")),
    };
    let (syncs, failure) = match pulled {
        Ok(syncs) => (syncs, None),
        Err(failure) => (Vec::new(), Some(failure)),
    };
    let report = Report::from_syncs(
        invocation.run_id,
        name,
        options.dry_run,
        invocation.started_at,
        syncs,
        failure.as_ref(),
    );
    if !options.dry_run {
        let with = (&invocation.stop, &invocation.printer);
        after_pass::run(right.as_ref(), rules, &work, &report, failure.as_ref(), heartbeat, with).await;
    }
    let trail = (report.exit_code != crate::exit::SUCCESS && !invocation.on_terminal).then(|| Trail {
        log: invocation.recent.text(),
        command: program.and(context::words(options, &work)),
        program,
    });
    let (printer, code) = (invocation.printer.clone(), report.exit_code);
    let told =
        print_unless_stopped(&invocation.stop, move || print_report(&printer, &report, trail.as_ref())).await;
    match told {
        Err(signal) if code == crate::exit::SUCCESS => {
            let failure = Failure::new(
                signal.kind,
                "interrupted while no program read its output; what was committed is kept",
            );
            let (printer, code) = (invocation.printer.clone(), failure.kind.exit_code());
            // Without a reader of stderr either, there is no one left to inform.
            let _ = print_unless_stopped(&invocation.stop, move || printer.failure(&failure)).await;
            code
        }
        told => told.unwrap_or(code),
    }
}

/// Prints the report and the log that led to a failure, and returns the exit code.
fn print_report(printer: &Printer, report: &Report, trail: Option<&Trail>) -> u8 {
    let printed = printer.report(report);
    if let Some(trail) = trail {
        printer.trail(report, trail);
    }
    let Err(error) = printed else { return report.exit_code };
    let failure = Failure::new(FailureKind::Internal, format!("stdout can't be written: {error}"));
    printer.failure(&failure);
    if report.exit_code == crate::exit::SUCCESS { failure.kind.exit_code() } else { report.exit_code }
}

async fn pull(
    invocation: &Invocation,
    settings: &Settings,
    rules: &Rules,
    options: &SyncOptions,
    work: &SyncCommand,
) -> Result<Vec<Sync>, Failure> {
    let asked = match work {
        SyncCommand::Participants(arguments) => {
            arguments.resolve(clock::today(Utc::now(), settings.timezone))?
        }
        SyncCommand::Export(arguments) => {
            resolve_dates(&arguments.dates, clock::today(Utc::now(), settings.timezone))?
        }
        SyncCommand::Halls | SyncCommand::Rooms(_) | SyncCommand::Roster(_) => Vec::new(),
        SyncCommand::Import | SyncCommand::Push(_) | SyncCommand::Resolve(_) => Vec::new(),
    };
    if let SyncCommand::Roster(arguments) = work {
        roster::require_source(settings, options, arguments)?;
    }
    if let SyncCommand::Push(arguments) = work {
        push::require_settings(settings, arguments)?;
    }
    let from_api = options.from.is_none() && work.pulls() && !matches!(work, SyncCommand::Roster(_));
    let api = if from_api { Some(settings.require_api()?) } else { None };
    let deadline = Instant::now() + settings.deadline;
    // The passes see the deadline through `stop`; they are never dropped half-way.
    let ring = async {
        time::sleep_until(deadline.into()).await;
        invocation.stopper.stop(Reason::Deadline(settings.deadline));
        std::future::pending::<Infallible>().await
    };
    tokio::select! {
        syncs = passes(invocation, settings, rules, options, work, SyncRequest { api, dates: asked, deadline }) => syncs,
        never = ring => match never {},
    }
}

/// What is known before the database is opened.
struct SyncRequest {
    /// None with `--from`.
    api: Option<Api>,
    dates: Vec<NaiveDate>,
    deadline: Instant,
}

/// What is known once the database was read.
#[derive(Default)]
struct Prepared {
    /// The dates to pull, and the ones that are skipped.
    dates: (Vec<NaiveDate>, Vec<NaiveDate>),
    halls: Vec<i64>,
}

/// Opens the database, makes a SQLite file that is not there, and reads what decides which requests there are.
fn prepare(
    printer: &Printer,
    settings: &Settings,
    work: &SyncCommand,
    rules: &Rules,
    asked: &[NaiveDate],
    connections: &Connections,
) -> Result<Prepared, Failure> {
    let created = connections.location().make()?;
    let mut connection = connections.when_allowed(|limit| connections.take_within(limit))?;
    name_default_database(printer, settings, created);
    if created {
        migrations::migrate(&mut connection)?;
    }
    connections.open_for_lock(&connection);
    let schema = connection.read(|connection| migrations::check_for(connection, work.tables()))?;
    schema.require_current(&settings.program)?;
    let mut prepared = Prepared::default();
    match work {
        SyncCommand::Halls | SyncCommand::Export(_) | SyncCommand::Import => {}
        SyncCommand::Push(_) | SyncCommand::Resolve(_) => {}
        SyncCommand::Rooms(named) => {
            prepared.halls = pass::rooms::asked_halls(&mut connection, named, &settings.program)?
        }
        SyncCommand::Participants(arguments) => {
            prepared.dates = select_dates::choose(&mut connection, arguments, rules, asked)?;
        }
        SyncCommand::Roster(_) => migrations::require_roster_tables(&mut connection)?,
    }
    connections.put_back(connection);
    Ok(prepared)
}

async fn passes(
    invocation: &Invocation,
    settings: &Settings,
    rules: &Rules,
    options: &SyncOptions,
    work: &SyncCommand,
    asked: SyncRequest,
) -> Result<Vec<Sync>, Failure> {
    let context = context::context(invocation, options, settings, rules, work);
    let SyncRequest { api, dates: asked, deadline } = asked;
    let prepare = {
        let (printer, settings, work) = (invocation.printer.clone(), settings.clone(), work.clone());
        let (rules, connections) = (rules.clone(), context.connections.clone());
        let asked = asked.clone();
        move || prepare(&printer, &settings, &work, &rules, &asked, &connections)
    };
    let Prepared { dates: (chosen, skipped), halls } = blocking(&invocation.stop, prepare).await??;
    invocation.stop.check()?;
    if let SyncCommand::Roster(arguments) = work {
        return roster::run(settings, &context, options, arguments, deadline).await;
    }
    if let SyncCommand::Push(arguments) = work {
        return push::run(settings, &context, arguments, deadline).await;
    }
    if !work.pulls() {
        return packages::run(invocation, settings, &context, options, work, asked).await;
    }

    let (total, limit) = match work {
        SyncCommand::Rooms(_) => (halls.len(), context.concurrency),
        SyncCommand::Participants(_) => (chosen.len(), pass::participants::in_flight(&context)),
        _ => (1, 1),
    };
    let expected = ExpectedRequests { total, at_once: total.min(limit) };
    let feed = match (&options.from, api) {
        (Some(source), _) => Source::File {
            path: context::path(source),
            ignored: settings.ignored_fields.clone(),
            stop: invocation.stop.clone(),
        },
        (None, Some(api)) => Source::Api(Client::new(
            &api,
            invocation.run_id,
            expected,
            Some(deadline),
            invocation.stop.clone(),
        )?),
        (None, None) => {
            return Err(Failure::new(
                FailureKind::Internal,
                "there is neither an API nor a file to pull from",
            ));
        }
    };
    let syncs = match work {
        SyncCommand::Halls => pass::halls::run(&context, &feed, context.lock_wait).await,
        SyncCommand::Rooms(named) => pass::rooms::run(&context, &feed, &halls, named.is_empty()).await,
        SyncCommand::Participants(_) if chosen.is_empty() => {
            context.connections.forget();
            Vec::new()
        }
        SyncCommand::Participants(_) => pass::participants::run(&context, &feed, &chosen).await,
        SyncCommand::Roster(_)
        | SyncCommand::Export(_)
        | SyncCommand::Import
        | SyncCommand::Push(_)
        | SyncCommand::Resolve(_) => Vec::new(),
    };
    Ok(select_dates::in_order(syncs, skipped))
}
