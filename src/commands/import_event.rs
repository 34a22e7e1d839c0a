//! `examsync import --event`: one webhook that came in, run by a web server or a hook runner (contract §12.3).

mod answer;
mod people;
mod pull;
mod request;
mod verify;

use std::collections::BTreeSet;
use std::ffi::OsString;

use chrono::Utc;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use self::answer::{Refused, Taken, status_line};
use self::pull::Pull;
use super::{Invocation, existing, sync};
use crate::cli::{self, Command, FeedSource};
use crate::exit::{Failure, FailureKind, SUCCESS};
use crate::output::{OutputOptions, Printer};
use crate::queries::preflight;
use crate::settings::Settings;
use crate::store::connection::{Connection, Location};
use crate::store::error::StoreError;
use crate::store::migrations;
use crate::store::sync_events::{self, StoredEvent};
use crate::tasks::{blocking, print_unless_stopped};
use crate::text::hex::hex;

/// The limit of a pull for which a web server's client waits.
const CGI_DEADLINE: &str = "10s";

/// What `--json` prints.
#[derive(Serialize)]
struct EventDocument {
    version: u32,
    command: &'static str,
    status: &'static str,
    exit_code: u8,
    events: Vec<EventLine>,
    error: Option<Failure>,
}

/// One event of the request.
#[derive(Serialize)]
struct EventLine {
    #[serde(rename = "type")]
    event_type: String,
    resource: Option<String>,
    pull: Option<String>,
    done: bool,
}

/// Runs the command, prints the answer, and returns the exit code.
pub(crate) async fn run(invocation: &Invocation, file: &FeedSource) -> u8 {
    let received = receive(invocation, file).await;
    let is_cgi = request::is_cgi(&invocation.environment);
    let code = received.as_ref().map_or_else(|refused| refused.failure.kind.exit_code(), |_| SUCCESS);
    let (printer, json) = (invocation.printer.clone(), invocation.options.json);
    let print = move || {
        if let Err(refused) = &received {
            printer.failure(&refused.failure);
        }
        match is_cgi {
            true => printer.text(&status_line(received.as_ref().map(|events| taken(events)))),
            false if json => printer.json(&document(received, code)),
            false => Ok(()),
        }
    };
    match print_unless_stopped(&invocation.stop, print).await {
        Ok(Err(_)) if code == SUCCESS => FailureKind::Internal.exit_code(),
        _ => code,
    }
}

fn document(received: Result<Vec<StoredEvent>, Refused>, exit_code: u8) -> EventDocument {
    let (events, error) = match received {
        Ok(events) => (events, None),
        Err(refused) => (Vec::new(), Some(refused.failure)),
    };
    let line = |event: StoredEvent| EventLine {
        event_type: event.event_type,
        resource: event.resource,
        pull: event.pull,
        done: event.is_done,
    };
    let status = if error.is_none() { "completed" } else { "failed" };
    let events = events.into_iter().map(line).collect();
    EventDocument { version: 1, command: "import", status, exit_code, events, error }
}

/// What became of the events of a request as a whole.
fn taken(events: &[StoredEvent]) -> Taken {
    match events.iter().all(|event| event.is_done) && events.iter().any(|event| event.pull.is_some()) {
        true => Taken::Done,
        false => Taken::Kept,
    }
}

/// Verifies and stores the request, and pulls what it asks for. Once it is stored, nothing is a failure any more: the event
/// waits, and the pass's own alerts say why.
async fn receive(invocation: &Invocation, file: &FeedSource) -> Result<Vec<StoredEvent>, Refused> {
    request::check(&invocation.environment)?;
    let loaded = invocation.load().await?;
    let settings = loaded.checked?;
    let keys = settings.push.require_event_keys()?.to_vec();
    let read = {
        let (environment, file) = (invocation.environment.clone(), file.clone());
        let folder = invocation.working_folder.clone();
        move || request::read(&environment, &file, &folder)
    };
    let request = blocking(&invocation.stop, read).await??;
    let verified = verify::verify(&request, &keys, &settings.push, Utc::now())?;
    let digest = hex(&Sha256::digest(&request.body));
    let location = existing(&settings)?;
    let (id, program) = (verified.id.clone(), settings.program.clone());
    let store = {
        let (location, digest) = (location.clone(), digest.clone());
        move || -> Result<(Vec<StoredEvent>, bool), Failure> {
            let mut connection = Connection::open(&location)?;
            connection.read(migrations::check)?.require_current(&program)?;
            let events = pull::events(&verified.event, &mut |hall| {
                preflight::known_halls(&mut connection, &[hall]).map(|known| !known.is_empty())
            })?;
            Ok(sync_events::store(&mut connection, &verified.id, &digest, &events, Utc::now())?)
        }
    };
    let (stored, is_new) = blocking(&invocation.stop, store).await??;
    if stored.iter().any(|event| event.digest != digest) {
        return Err(Refused::body(format!(
            "an event with this id came before and said something else: {id}"
        )));
    }
    if stored.iter().all(|event| event.is_done) && !is_new {
        tracing::info!(id, "the event came before, and is done");
        return Ok(stored);
    }
    Ok(act(invocation, &settings, location, &id, stored).await)
}

/// Pulls what waits, and says in the audit what was done.
async fn act(
    invocation: &Invocation,
    settings: &Settings,
    location: Location,
    id: &str,
    stored: Vec<StoredEvent>,
) -> Vec<StoredEvent> {
    let waiting = stored.iter().filter(|event| !event.is_done).filter_map(|event| event.pull.as_deref());
    let pulls: BTreeSet<&str> = waiting.collect();
    let from_api = pulls.iter().filter(|_| settings.api_url.is_some());
    let mut commands: Vec<Vec<String>> = from_api.filter_map(|pull| Pull::command(pull)).collect();
    let people: BTreeSet<String> =
        pulls.iter().filter_map(|pull| Pull::person(pull)).map(str::to_owned).collect();
    let (roster, location_of_people) = (settings.roster.clone(), location.clone());
    let find = move || people::commands(&roster, &mut Connection::open(&location_of_people)?, &people);
    match crate::tasks::run_blocking(find).await {
        Ok(of_people) => commands.extend(of_people),
        Err(error) => tracing::warn!(%error, "the sources of the people of an event could not be read"),
    }
    for words in commands {
        pull(invocation, words).await;
    }
    let (id, run_id) = (id.to_owned(), invocation.run_id);
    let audit = move || -> Result<Vec<StoredEvent>, StoreError> {
        let mut connection = Connection::open(&location)?;
        let now = sync_events::of_request(&mut connection, &id)?;
        let done = |event: StoredEvent| {
            let done = match (&event.pull, event.is_done) {
                (None, _) => "kept: it asks for nothing that is pulled",
                (Some(_), true) => "pulled",
                (Some(_), false) => "waits",
            };
            (event, done)
        };
        let audited: Vec<(StoredEvent, &str)> = now.iter().cloned().map(done).collect();
        connection
            .transaction(|connection| sync_events::audit(connection, &id, &audited, (run_id, Utc::now())))?;
        Ok(now)
    };
    match crate::tasks::run_blocking(audit).await {
        Ok(now) => now,
        Err(error) => {
            tracing::warn!(%error, "what was done about an event could not be written");
            stored
        }
    }
}

/// Runs the command that pulls, silently; its own log row and alerts say how it went.
async fn pull(invocation: &Invocation, words: Vec<String>) {
    let mut line = vec![OsString::from("examsync")];
    line.extend(words.into_iter().map(OsString::from));
    line.push("--skip-if-locked".into());
    let Ok(parsed) = cli::parse(line) else { return };
    let mut environment = invocation.environment.clone();
    if request::is_cgi(&environment) {
        environment.variables.insert("SYNC_DEADLINE".into(), CGI_DEADLINE.into());
    }
    let printer = Printer::new(OutputOptions { quiet: true, ..OutputOptions::default() });
    let pulling = Invocation {
        run_id: invocation.run_id,
        started_at: Utc::now(),
        options: cli::GlobalOptions { json: false, ..invocation.options.clone() },
        environment,
        working_folder: invocation.working_folder.clone(),
        program: invocation.program.clone(),
        printer,
        on_terminal: invocation.on_terminal,
        recent: invocation.recent.clone(),
        stopper: invocation.stopper.clone(),
        stop: invocation.stop.clone(),
    };
    match parsed.command {
        Command::Halls(halls) => {
            sync::run(&pulling, "halls", &halls.sync, sync::SyncCommand::Halls).await;
        }
        Command::Rooms(rooms) => {
            sync::run(&pulling, "rooms", &rooms.sync, sync::SyncCommand::Rooms(rooms.halls)).await;
        }
        Command::Participants(dates) => {
            let options = dates.sync.clone();
            sync::run(&pulling, "participants", &options, sync::SyncCommand::Participants(dates)).await;
        }
        Command::Roster(roster) => {
            let options = roster.sync.clone();
            sync::run(&pulling, "roster", &options, sync::SyncCommand::Roster(roster)).await;
        }
        _ => {}
    }
}
