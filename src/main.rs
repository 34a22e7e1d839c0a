//! Parses, runs, and turns the outcome into an exit code.

use std::io::Write;
use std::process::ExitCode;

use examsync::cli::{self, Cli, Command};
use examsync::commands::{completions, crontab};
use examsync::exit::{Failure, Kind, SUCCESS};
use examsync::settings::{Environment, Settings};

fn main() -> ExitCode {
    let failure = match cli::parse(std::env::args_os()) {
        Ok(cli) => run(&cli).err(),
        Err(error) => {
            let failure = cli::usage_failure(&error);
            if failure.is_none() {
                // Help and version; a closed pipe is no failure (contract §5).
                let _ = error.print();
            }
            failure
        }
    };
    let Some(failure) = failure else { return ExitCode::from(SUCCESS) };
    let _ = writeln!(std::io::stderr(), "examsync: error: {failure}");
    ExitCode::from(failure.kind.exit_code())
}

fn run(cli: &Cli) -> Result<(), Failure> {
    let text = match &cli.command {
        Command::Completions(arguments) => completions::script(arguments.shell),
        Command::Crontab => {
            let io =
                |what: &str, error: std::io::Error| Failure::new(Kind::Setup, format!("{what}: {error}"));
            let folder =
                std::env::current_dir().map_err(|error| io("the working directory can't be found", error))?;
            let program = std::env::current_exe()
                .map_err(|error| io("the program's own path can't be found", error))?;
            let settings = Settings::load(&cli.global, &Environment::of_process(), &folder)?;
            crontab::lines(&settings, &program, settings.env_file.as_deref())?.into_bytes()
        }
        _ => return Err(Failure::new(Kind::Internal, "this command is not wired up yet")),
    };
    let _ = std::io::stdout().write_all(&text);
    Ok(())
}
