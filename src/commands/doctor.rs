//! `examsync doctor`: whether everything is set up, check by check (contract §10.3).

mod text;

use serde::Serialize;

use super::database::location;
use super::{Invocation, fail};
use crate::cli::DoctorArguments;
use crate::doctor::check::{Check, Verdict, exit_code};
use crate::doctor::{Examined, Reach, examine};
use crate::exit::{Failure, FailureKind, SUCCESS};
use crate::tasks::{blocking, print_unless_stopped};
use text::Shown;

/// What `--json` says.
#[derive(Serialize)]
struct DoctorDocument<'a> {
    version: u32,
    command: &'static str,
    exit_code: u8,
    checks: &'a [Check],
}

/// Runs the command and returns the exit code.
pub(crate) async fn run(invocation: &Invocation, name: &str, arguments: &DoctorArguments) -> u8 {
    let examined = examined(invocation, arguments).await;
    let (printer, json, verbose) =
        (invocation.printer.clone(), invocation.options.json, invocation.options.verbose > 0);
    let (run_id, started_at, name) = (invocation.run_id, invocation.started_at, name.to_owned());
    let asks = arguments.online || arguments.send;
    let print = move || {
        let checks = match examined {
            Ok(checks) => checks,
            Err(failure) => return fail(&printer, run_id, started_at, &name, &failure),
        };
        let exit_code = exit_code(&checks);
        let printed = if json {
            printer.json(&DoctorDocument { version: 1, command: "doctor", exit_code, checks: &checks })
        } else {
            printer.text(&text::report(&checks, printer.screen(), Shown { all: verbose, asks }))
        };
        if let Some(failure) = verdict(&checks) {
            printer.failure(&failure);
            return exit_code;
        }
        match printed {
            Ok(()) => SUCCESS,
            Err(error) => {
                let message = format!("stdout can't be written: {error}");
                let failure = Failure::new(FailureKind::Internal, message);
                printer.failure(&failure);
                failure.kind.exit_code()
            }
        }
    };
    print_unless_stopped(&invocation.stop, print).await.unwrap_or_else(|signal| signal.kind.exit_code())
}

/// All checks, or why there are none.
async fn examined(invocation: &Invocation, arguments: &DoctorArguments) -> Result<Vec<Check>, Failure> {
    let (options, environment) = (invocation.options.clone(), invocation.environment.clone());
    let folder = invocation.working_folder.clone();
    let read = move || crate::settings::Loaded::read(&options, &environment, &folder);
    let loaded = blocking(&invocation.stop, read).await?;
    if let Err(failure) = &loaded.checked
        && failure.kind == FailureKind::Usage
    {
        return Err(failure.clone());
    }
    let location = loaded.right.as_ref().map(location);
    let reach = Reach { online: arguments.online, send: arguments.send };
    let (environment, run_id) = (invocation.environment.clone(), invocation.run_id);
    let installed = invocation.program.clone();
    let examined = Examined { loaded, environment, location, reach, installed, run_id };
    examine(examined, &invocation.stop).await
}

/// One line on what failed: a non-zero exit code always leaves one on stderr (contract §4).
fn verdict(checks: &[Check]) -> Option<Failure> {
    let failed: Vec<_> = checks.iter().filter(|check| check.verdict == Verdict::Fail).collect();
    let first = failed.first()?;
    let names: Vec<_> =
        failed.iter().map(|check| format!("{} ({})", check.name, check.group.name())).collect();
    let checks = if failed.len() == 1 { "1 check fails" } else { &format!("{} checks fail", failed.len()) };
    // The kind has no part in it: the exit code is that of the checks.
    let kind = if first.exit_code == 75 { FailureKind::Temporary } else { FailureKind::Setup };
    Some(Failure::new(kind, format!("{checks}: {}", names.join(", "))))
}
