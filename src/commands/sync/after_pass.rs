//! What follows the passes: alerts that are not written yet, metrics, delivery, the last heartbeat.

use std::time::Duration;

use chrono::Utc;

use super::{SyncCommand, location, packages, roster, status_basis, surroundings};
use crate::alerts::announce::AskedDates;
use crate::alerts::rules::{self, Rules};
use crate::clock;
use crate::delivery::heartbeat::Heartbeat;
use crate::delivery::{self, on_database};
use crate::exit::{Failure, FailureKind, Signal};
use crate::metrics::{self, Dialect, file, site};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::output::Printer;
use crate::queries::last_attempts::tries;
use crate::queries::runs::Filter;
use crate::report::Report;
use crate::settings::Settings;
use crate::shutdown::Stop;
use crate::status::overview;
use crate::store::alerts::Subject;
use crate::store::connection::Location;
use crate::store::migrations;

/// The time limit for writing unwritten alerts: the database itself may be what failed.
const DATABASE: Duration = Duration::from_secs(5);
/// The same limit after a signal, when the command must end within seconds.
const DATABASE_INTERRUPTED: Duration = Duration::from_secs(1);

/// The time limit of everything that follows a command that a signal ended.
const INTERRUPTED: Duration = Duration::from_secs(3);

/// The time limit of everything that is left when a signal comes after the command's own work has ended.
const SIGNALLED: Duration = Duration::from_secs(1);

/// Does all of it; nothing of it changes the exit code. A signal ends it: the next command delivers.
pub(super) async fn run(
    settings: Option<&Settings>,
    rules: Option<Rules>,
    work: &SyncCommand,
    report: &Report,
    failure: Option<&Failure>,
    heartbeat: Option<Heartbeat>,
    (stop, printer): (&Stop, &Printer),
) {
    let beat = async {
        if let Some(heartbeat) = heartbeat {
            heartbeat.end(report.exit_code).await;
        }
    };
    let rest = async {
        if let (Some(settings), Some(rules)) = (settings, rules) {
            record_alert(settings, rules, work, report, failure, printer).await;
        }
    };
    let all = async { tokio::join!(beat, rest) };
    // What is not done soon after a signal is left to the next command.
    let limit = if interrupted(report) { INTERRUPTED } else { SIGNALLED };
    tokio::select! {
        _ = all => {}
        _ = async { stop.signalled().await; tokio::time::sleep(limit).await } => {}
    }
}

fn interrupted(report: &Report) -> bool {
    [Signal::Interrupt, Signal::Terminate]
        .iter()
        .any(|signal| report.exit_code == FailureKind::Interrupted(*signal).exit_code())
}

async fn record_alert(
    settings: &Settings,
    rules: Rules,
    work: &SyncCommand,
    report: &Report,
    failure: Option<&Failure>,
    printer: &Printer,
) {
    // What the command line says wrongly concerns its caller alone.
    if report.exit_code == FailureKind::Usage.exit_code() {
        return;
    }
    let location = location(settings);
    let has_channels = !rules.outbox.destinations.is_empty();
    let mut unwritten = failures(settings, work, report, failure);
    let dates = match failure {
        None => AskedDates { tried: report.tried_dates(), skipped: report.skipped_dates() },
        Some(_) => AskedDates {
            tried: unwritten.iter().filter_map(|(subject, _)| subject.scope.date()).collect(),
            skipped: Vec::new(),
        },
    };
    unwritten.retain(|(subject, _)| !rules.is_marked(subject));
    let interrupted = interrupted(report);
    let limit = if interrupted { DATABASE_INTERRUPTED } else { DATABASE };
    let quiet = failure.is_none() && unwritten.is_empty() && rules.is_quiet();
    // A SQLite file is never made here.
    let written = quiet
        || location.exists().unwrap_or(false)
            && match write(&location, failure.is_none(), rules, unwritten, dates, limit).await {
                Ok(ours) => ours,
                Err(error) => {
                    // The heartbeat and cron's own mail report this (contract §8), and the command's error says why.
                    tracing::debug!(%error, "alerts can't be written, and none is sent");
                    false
                }
            };
    let delivered = async {
        // A signal asks the command to end; the next command delivers.
        if has_channels && written && !interrupted {
            delivery::deliver(&location, settings).await;
        }
    };
    // Where the log is long, reading it all takes a while: neither waits for the other.
    let measured = async {
        if settings.metrics_file.is_some() {
            let measured = if written { measure(&location, settings, limit).await } else { None };
            write_metrics(settings, work, report, measured, printer);
        }
    };
    tokio::join!(delivered, measured);
}

/// The subjects of this command's failure: those of its passes or, if there were none, of all that it was to pull.
fn failures(
    settings: &Settings,
    work: &SyncCommand,
    report: &Report,
    failure: Option<&Failure>,
) -> Vec<(Subject, Failure)> {
    if let Some(failure) = failure {
        let scopes = match work {
            SyncCommand::Halls | SyncCommand::Rooms(_) | SyncCommand::Push(_) => vec![Scope::All],
            SyncCommand::Export(_) | SyncCommand::Import => vec![packages::scope(settings)],
            SyncCommand::Resolve(arguments) => vec![arguments.hall.map_or(Scope::All, Scope::Hall)],
            SyncCommand::Roster(arguments) => roster::scopes(settings, arguments),
            SyncCommand::Participants(arguments) => {
                let dates =
                    arguments.resolve(clock::today(Utc::now(), settings.timezone)).unwrap_or_default();
                dates.into_iter().map(Scope::Date).collect()
            }
        };
        let subject = |scope: &Scope| rules::subject(work.sync_type(), scope);
        return scopes.iter().map(|scope| (subject(scope), failure.clone())).collect();
    }
    let mut failures = Vec::new();
    let mut before = None;
    for sync in &report.syncs {
        // The rooms of a halls pass fail with its halls.
        let nested = before.is_some() && before == sync.sync_type.nested_in();
        before = Some(sync.sync_type);
        if let Some(failure) = sync.failure.as_ref().filter(|_| !nested) {
            failures.push((rules::subject(sync.sync_type, &sync.scope), failure.clone()));
        }
    }
    failures
}

/// Writes what is unwritten, and reports what opened and closed; unless the tables are another program's: in its database
/// nothing is touched, whatever its tables are called. Returns whether they are ours, which is known where the command had
/// passes.
async fn write(
    location: &Location,
    known_as_ours: bool,
    rules: Rules,
    unwritten: Vec<(Subject, Failure)>,
    dates: AskedDates,
    limit: Duration,
) -> anyhow::Result<bool> {
    on_database(location, limit, move |connection| {
        if !(known_as_ours || migrations::are_ours(connection)?) {
            return Ok(false);
        }
        // On SQLite a transaction would lock out other writers, mostly for nothing.
        if unwritten.is_empty() && !rules.has_anything_to_announce(connection)? {
            return Ok(true);
        }
        connection.transaction(|connection| {
            if unwritten.iter().any(|(subject, _)| subject.scope.date().is_some()) {
                rules.close_past(connection, Utc::now())?;
            }
            // Checked again: an abandoned worker may have written it meanwhile.
            for (subject, failure) in unwritten.iter().filter(|(subject, _)| !rules.is_marked(subject)) {
                rules.failed(connection, subject, failure)?;
            }
            rules.announce(connection, &dates)
        })?;
        Ok(true)
    })
    .await
}

/// The metrics as read from the database; `None` if that fails, which is logged.
async fn measure(location: &Location, settings: &Settings, limit: Duration) -> Option<String> {
    let basis = status_basis(settings);
    let surroundings = surroundings(settings, &basis);
    let measured = on_database(location, limit, move |connection| {
        connection.read(|connection| {
            let overview = overview::read(connection, &basis, surroundings, &Filter::default())?;
            Ok(metrics::render(&overview, &tries(connection, basis.today())?, Dialect::Prometheus))
        })
    });
    let told = |error: &anyhow::Error| {
        tracing::warn!(%error, "the metrics can't be read from the database; the file has only how this command ended");
    };
    measured.await.inspect_err(told).ok()
}

/// Writes the metrics file. That it can't be written stops no pass: it is told once a command, and by `status --check`.
fn write_metrics(
    settings: &Settings,
    work: &SyncCommand,
    report: &Report,
    measured: Option<String>,
    printer: &Printer,
) {
    let Some(path) = &settings.metrics_file else { return };
    if let Some(sentence) = file::open_to_others(path) {
        printer.warn(&format!("SYNC_METRICS_FILE: {sentence}"));
    }
    let types = SyncType::of_command(work.sync_type().command());
    let measured = measured.unwrap_or_else(|| {
        // It may be of a time when the installation had another name, or none.
        let before = site::unlabelled(&file::read(path));
        file::without_database(before)
    });
    let text = file::with_end(&measured, &types, report.exit_code, report.completed_at);
    let text = settings.site.as_ref().map(|site| site::labelled(&text, site)).unwrap_or(text);
    if let Err(error) = file::write(path, &text) {
        printer.warn(&format!("SYNC_METRICS_FILE: {}", file::unwritten(path, &error)));
    }
}
