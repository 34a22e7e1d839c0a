//! One run of the program: reads the command line, sets up what prints and logs, waits for the command or a signal.

mod memory;
mod panic;

use std::ffi::OsString;
use std::path::PathBuf;

use chrono::Utc;
use tokio::signal::unix::{SignalKind, signal};
use uuid::Uuid;

use crate::cli::{self, Cli, GlobalOptions};
use crate::commands::{self, Invocation};
use crate::exit::{Failure, FailureKind, SUCCESS, Signal};
use crate::output::{self, OutputOptions, Printer};
use crate::settings::{Environment, bare_url};
use crate::shutdown::{self, Reason, Stopper};
use crate::tasks::print_unless_stopped;

/// Runs the program with this command line, its name first, and returns the exit code.
pub fn run(arguments: Vec<OsString>) -> u8 {
    // Before anything secret is read.
    let private = memory::keep_private();
    let environment = Environment::of_process();
    let run_id = Uuid::new_v4();
    let started_at = Utc::now();
    let Cli { command, global } = match cli::parse(arguments.clone()) {
        Ok(cli) => cli,
        Err(error) => return answer_usage(&arguments, &environment, &error),
    };
    let printer = Printer::new(output_options(&global, &environment));
    let name = commands::name(&command);
    let fail = |kind, what: &str, error: &dyn std::fmt::Display| {
        commands::fail(&printer, run_id, started_at, name, &Failure::new(kind, format!("{what}: {error}")))
    };
    let recent = output::logging::Recent::default();
    let subscriber = output::logging::subscriber(&printer, run_id, &recent);
    if let Err(error) = tracing::subscriber::set_global_default(subscriber) {
        return fail(FailureKind::Internal, "logging can't be set up", &error);
    }
    if let Err(error) = private {
        tracing::warn!(%error, "a core dump of this process could hold its secrets");
    }
    let working_folder = match std::env::current_dir() {
        Ok(folder) => folder,
        Err(error) => return fail(FailureKind::Setup, "the working directory is gone", &error),
    };
    // One thread is enough for waiting on the network; work that computes or blocks has its own threads.
    let build = || tokio::runtime::Builder::new_current_thread().enable_all().build();
    // It panics where no more files can be opened.
    let runtime = match panic::caught(build) {
        Ok(Ok(runtime)) => runtime,
        Ok(Err(error)) => return fail(FailureKind::Internal, "no work can be started", &error),
        Err(failure) => return fail(failure.kind, "no work can be started", &failure),
    };
    let (stopper, stop) = shutdown::channel();
    let signalled = stop.clone();
    let invocation = Invocation {
        run_id,
        started_at,
        options: global,
        on_terminal: environment.on_terminal,
        environment,
        working_folder,
        program: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("examsync")),
        printer: printer.clone(),
        recent,
        stopper: stopper.clone(),
        stop,
    };
    let code = panic::caught(|| {
        runtime.block_on(async {
            tokio::select! {
                // Listened for before anything is begun.
                biased;
                signal = second_signal(stopper) => {
                    let failure = Failure::new(FailureKind::Interrupted(signal), "interrupted twice; ended at once");
                    let (printer, code) = (printer.clone(), failure.kind.exit_code());
                    let tell = move || commands::fail(&printer, run_id, started_at, name, &failure);
                    print_unless_stopped(&signalled, tell).await.unwrap_or(code)
                }
                code = commands::run(invocation, command) => code,
            }
        })
    })
    .unwrap_or_else(|failure| commands::fail(&printer, run_id, started_at, name, &failure));
    // A second signal ends at once: what a thread is still doing dies with the process.
    runtime.shutdown_background();
    code
}

/// Asks for the end at the first signal, and returns at the second. Where signals can't be listened for,
/// their default action ends the process.
async fn second_signal(stopper: Stopper) -> Signal {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    let mut next = async || {
        tokio::select! {
            _ = interrupt.recv() => Signal::Interrupt,
            _ = terminate.recv() => Signal::Terminate,
        }
    };
    let first = next().await;
    stopper.stop(Reason::Signal(first));
    next().await
}

fn output_options(options: &GlobalOptions, environment: &Environment) -> OutputOptions {
    OutputOptions {
        json: options.json,
        quiet: options.quiet,
        verbose: options.verbose,
        log_format: options.log_format,
        color: options.color,
        no_color_env: environment.no_color(),
        term_dumb: environment.terminal_is_dumb(),
    }
}

/// Help and version go to stdout. Anything else is a usage error, which is printed on stderr and, if `--json` stands
/// anywhere on the command line, as a document (contract §4).
fn answer_usage(arguments: &[OsString], environment: &Environment, error: &clap::Error) -> u8 {
    let options = OutputOptions {
        json: cli::wants_json(arguments),
        no_color_env: environment.no_color(),
        term_dumb: environment.terminal_is_dumb(),
        ..OutputOptions::default()
    };
    let printer = Printer::new(options);
    match cli::usage_failure(error) {
        Some(failure) => {
            let failure = Failure::new(failure.kind, without_urls(failure.message, arguments));
            commands::fail(&printer, Uuid::new_v4(), Utc::now(), "", &failure)
        }
        None => {
            let Err(error) = printer.text(&error.render().to_string()) else { return SUCCESS };
            let failure = Failure::new(FailureKind::Internal, format!("stdout can't be written: {error}"));
            printer.failure(&failure);
            failure.kind.exit_code()
        }
    }
}

/// Redacts the URLs in a usage error, which repeats the arguments that it can't place.
fn without_urls(message: String, arguments: &[OsString]) -> String {
    let given = arguments.iter().filter_map(|argument| argument.to_str());
    let values = given.map(|argument| match argument.split_once('=') {
        Some((option, value)) if option.starts_with('-') => value,
        _ => argument,
    });
    values
        .filter(|value| value.contains("://"))
        .fold(message, |text, value| text.replace(value, &bare_url(value)))
}
