//! `examsync migrate --adopt`: moves into an application's tables, after a look that a person approves (contract §10.2).

mod documents;
mod inputs;
mod text;

use chrono::Utc;

use self::documents::AdoptDocument;
use self::inputs::Inputs;
use crate::adoption;
use crate::adoption::plan::{self, Plan};
use crate::cli::MigrateArguments;
use crate::commands::{Invocation, location};
use crate::exit::{Failure, FailureKind, SUCCESS};
use crate::model::adoption_map::Place;
use crate::model::sync_type::SyncType;
use crate::queries::adoption as queries;
use crate::settings::Settings;
use crate::store::adoption::projection;
use crate::store::adoption::target::Target;
use crate::store::connection::{Connection, Location};
use crate::store::connections::Connections;
use crate::store::lock::{self, Lock, Try};
use crate::store::{adoption as store, migrations};

/// The name in documents.
const COMMAND: &str = "migrate";

/// Runs the command and returns the exit code.
///
/// # Errors
/// On SQLite; when the database can't be opened or its tables are not current, another pass holds a lock, or a plan waits
/// for its approval.
pub(super) fn run(
    invocation: &Invocation,
    settings: &Settings,
    arguments: &MigrateArguments,
) -> Result<u8, Failure> {
    let location = location(settings);
    if let Location::Sqlite { .. } = location {
        let message =
            "migrate --adopt works in PostgreSQL only: in a SQLite file there is no application to move into";
        return Err(Failure::new(FailureKind::Usage, message));
    }
    let mut connection = Connection::open(&location)?;
    migrations::check(&mut connection)?.require_current(&settings.program)?;
    if arguments.propose {
        return propose(invocation, settings, &mut connection);
    }
    if arguments.revert {
        return revert(invocation, &location, &mut connection, arguments.yes);
    }
    let inputs = Inputs::read(arguments)?;
    let mut problems = Vec::new();
    let map = match &inputs.map {
        Ok(map) => Some(map),
        Err(wrong) => {
            problems.extend(wrong.iter().map(|problem| format!("{}: {problem}", inputs.map_path.display())));
            None
        }
    };
    let decided = match &inputs.links {
        Ok(decided) => decided.clone(),
        Err(wrong) => {
            problems.extend(wrong.iter().map(|problem| format!("{}: {problem}", inputs.links_shown())));
            [Vec::new(), Vec::new()]
        }
    };
    let Some(map) = map else { return refuse(invocation, problems) };
    let catalogue = adoption::look_at(&mut connection, map)?;
    if arguments.print {
        let Some(targets) = &catalogue.targets else { return refuse(invocation, catalogue.problems) };
        return print(invocation, &mut connection, targets);
    }
    problems.extend(catalogue.problems);
    problems.extend(own_problems(&mut connection, settings, map)?);
    let Some(targets) = catalogue.targets else { return refuse(invocation, problems) };
    problems.extend(adoption::unfit_values(&mut connection, &targets)?);
    if !problems.is_empty() {
        return refuse(invocation, problems);
    }
    let warnings = adoption::warnings(&mut connection, &targets)?;
    let held = arguments.approve.is_some().then(|| take_locks(&location)).transpose()?;
    connection.begin()?;
    let worked = plan::work_out(&mut connection, map, &targets, &decided, Utc::now());
    let plan = match worked {
        Ok(Ok(plan)) => plan,
        Ok(Err(wrong)) => {
            connection.roll_back()?;
            return refuse(invocation, wrong);
        }
        Err(error) => {
            // The first error is the one to report.
            let _ = connection.roll_back();
            return Err(error.into());
        }
    };
    let run = Run { invocation, settings, arguments, targets: &targets, plan, warnings };
    match held {
        Some(held) => run.approve(&mut connection, held),
        None => run.look(&mut connection, &inputs),
    }
}

/// A plan that is worked out, in the transaction under way.
struct Run<'a> {
    invocation: &'a Invocation,
    settings: &'a Settings,
    arguments: &'a MigrateArguments,
    targets: &'a [Target; 2],
    plan: Plan,
    warnings: Vec<String>,
}

impl Run<'_> {
    /// Shows the plan, and writes nothing but the proposal of links where it is asked for.
    fn look(&self, connection: &mut Connection, inputs: &Inputs) -> Result<u8, Failure> {
        let links = queries::links(connection)?;
        connection.roll_back()?;
        inputs.write_proposal(&links, &self.plan.suggestions)?;
        let Some(plan) = &self.plan.id else { return self.print(SUCCESS, "completed") };
        let line = self.line().and(["--approve", plan]);
        let waits = Failure::new(
            FailureKind::Guard,
            format!("nothing is written yet: plan {plan} waits for its approval; run `{line}`"),
        );
        let code = self.print(waits.kind.exit_code(), "refused")?;
        self.invocation.printer.failure(&waits);
        Ok(code)
    }

    /// Does what the plan says, where it is the one that was approved.
    fn approve(&self, connection: &mut Connection, mut held: Lock) -> Result<u8, Failure> {
        let approved = self.arguments.approve.as_deref().unwrap_or_default();
        let Some(plan) = &self.plan.id else {
            connection.roll_back()?;
            return self.print(SUCCESS, "completed");
        };
        if plan != approved {
            connection.roll_back()?;
            let code = self.print(FailureKind::Guard.exit_code(), "refused")?;
            let line = self.line().and(["--approve", plan]);
            self.invocation.printer.failure(&Failure::new(
                FailureKind::Guard,
                format!(
                    "plan {approved} is out of date, the plan is now {plan}; check it, then run `{line}`"
                ),
            ));
            return Ok(code);
        }
        let written = projection::write(connection, self.targets, true)
            .and_then(|()| projection::close(connection))
            .and_then(|()| held.confirm(connection));
        if let Err(error) = written {
            // The first error is the one to report.
            let _ = connection.roll_back();
            return Err(error.into());
        }
        self.invocation.stop.check()?;
        connection.commit()?;
        self.print(SUCCESS, "completed")
    }

    /// The command line of the look.
    fn line(&self) -> crate::text::program_line::ProgramLine {
        let mut words = vec!["migrate".to_owned(), "--adopt".to_owned()];
        for (option, path) in [("--map", &self.arguments.map), ("--links", &self.arguments.links)] {
            words.extend(path.iter().flat_map(|path| [option.to_owned(), path.display().to_string()]));
        }
        self.settings.program.and(words)
    }

    fn print(&self, exit_code: u8, status: &'static str) -> Result<u8, Failure> {
        let printer = &self.invocation.printer;
        self.invocation.printed(match self.invocation.options.json {
            true => printer.json(&AdoptDocument::of_plan(exit_code, status, &self.plan, &self.warnings)),
            false => printer.text(&text::report(&self.plan, self.targets, &self.warnings)),
        })?;
        Ok(exit_code)
    }
}

/// What is wrong with our own side.
fn own_problems(
    connection: &mut Connection,
    settings: &Settings,
    map: &crate::model::adoption_map::AdoptionMap,
) -> Result<Vec<String>, Failure> {
    let mut problems = Vec::new();
    if settings.database_schema.is_none() {
        problems.push(
            "DATABASE_SCHEMA is not set: examsync's own tables need a schema of their own, apart from the application's"
                .to_owned(),
        );
    }
    if !queries::has_pulled_halls(connection)? {
        problems.push(
            "no halls pass has completed yet: run `examsync halls` first, so that there is something to link"
                .to_owned(),
        );
    }
    for taken in queries::adopted_elsewhere(connection, map)? {
        problems.push(format!("another adoption of this database writes {taken}; revert it first"));
    }
    if let Some(adoption) = store::look(connection)? {
        for place in Place::ALL {
            let (before, now) = (adoption.map.table(place).shown(), map.table(place).shown());
            if before != now {
                problems.push(format!(
                    "{before} is adopted, not {now}: run migrate --adopt --revert before another table is"
                ));
            }
        }
    }
    Ok(problems)
}

/// The locks of the passes that write halls and rooms: an adoption is one of them.
fn take_locks(location: &Location) -> Result<Lock, Failure> {
    match lock::try_take(
        &Connections::new(location.clone()),
        &[SyncType::ExamHalls, SyncType::HallRooms],
        location.patience(),
    )? {
        Try::Taken(held) => Ok(held),
        Try::Held(sync_type, _) => Err(Failure::new(
            FailureKind::Locked,
            format!("a pass of {} is running; run this again when it has ended", sync_type.noun()),
        )),
    }
}

/// Everything that is wrong, at once.
fn refuse(invocation: &Invocation, problems: Vec<String>) -> Result<u8, Failure> {
    let failure = Failure::new(FailureKind::Setup, format!("nothing is adopted:\n{}", problems.join("\n")));
    let code = failure.kind.exit_code();
    if invocation.options.json {
        invocation.printed(invocation.printer.json(&AdoptDocument::of_problems(code, problems)))?;
    }
    invocation.printer.failure(&failure);
    Ok(code)
}

fn propose(invocation: &Invocation, settings: &Settings, connection: &mut Connection) -> Result<u8, Failure> {
    let proposed = adoption::propose::propose(connection, settings.timezone.name())?;
    match proposed {
        Some(text) => invocation.text(COMMAND, &text),
        None => Err(Failure::new(
            FailureKind::Setup,
            "no two tables look like buildings and their rooms: an application with one level, or whose rooms name their \
             building only as a text, can't be adopted; else write the map by hand, see `examsync help moving-in`",
        )),
    }
}

fn print(invocation: &Invocation, connection: &mut Connection, targets: &[Target; 2]) -> Result<u8, Failure> {
    let (role, ours) = (queries::role(connection)?, queries::our_schema(connection)?);
    let mut text = String::from("-- The grants that adoption and passes need.\n");
    text.push_str(&adoption::grants::grants(targets, &role, &ours).join("\n"));
    for target in targets {
        let shown = target.map.shown();
        text.push_str(&format!(
            "\n\n-- What is written into {shown}; $1 and $2 are the first and the last row.\n"
        ));
        text.push_str(&projection::statements_to_show(target).join(";\n\n"));
        text.push(';');
    }
    invocation.text(COMMAND, &text)
}

fn revert(
    invocation: &Invocation,
    location: &Location,
    connection: &mut Connection,
    yes: bool,
) -> Result<u8, Failure> {
    if store::look(connection)?.is_none() {
        let printed = invocation.printer.summary("there is no adoption to remove");
        return invocation.printed(printed);
    }
    if !yes && !inputs::confirmed(invocation)? {
        return Err(Failure::new(
            FailureKind::Setup,
            "links and projection would be removed; add --yes (the application's rows stay as they are)",
        ));
    }
    let mut held = take_locks(location)?;
    let linked = connection.transaction(|connection| {
        let linked = store::forget(connection)?;
        held.confirm(connection).map(|()| linked)
    })?;
    let text = format!("the adoption was removed: {linked} links; the application's rows stay as they are");
    invocation.printed(invocation.printer.summary(&text))
}
