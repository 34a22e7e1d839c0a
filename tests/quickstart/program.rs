//! Builds the real program and runs it in a folder of the demo's own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::screen;

/// The built program and the folder it runs in.
pub(crate) struct Program<'a> {
    executable: PathBuf,
    folder: &'a Path,
}

/// What a run printed.
pub(crate) struct Said {
    /// The end of the pass, on stdout.
    pub(crate) stdout: String,
    /// Warnings and errors, without the log lines.
    pub(crate) stderr: String,
}

impl<'a> Program<'a> {
    /// Lets cargo bring the program up to date, so that the demo never shows an old one.
    pub(crate) fn build(folder: &'a Path) -> Result<Self, String> {
        let demo =
            std::env::current_exe().map_err(|e| format!("where the demo was built is unknown: {e}"))?;
        let profile_folder =
            demo.parent().and_then(Path::parent).ok_or("the demo is not in cargo's target folder")?;
        let profile = match profile_folder.file_name().and_then(|name| name.to_str()) {
            Some("debug") | None => "dev",
            Some(profile) => profile,
        };
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        // Naming the example too keeps the dependencies' features, and so their builds, the same.
        build.args([
            "build",
            "--quiet",
            "--profile",
            profile,
            "--bin",
            "examsync",
            "--example",
            "quickstart",
        ]);
        build.current_dir(env!("CARGO_MANIFEST_DIR"));
        // `cargo run` sets these, and build scripts that look at them would run again, each time.
        let of_this_run = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_this_run)) {
            build.env_remove(name);
        }
        let status = build.status();
        if !status.as_ref().is_ok_and(std::process::ExitStatus::success) {
            return Err(format!("cargo did not build examsync ({status:?}); run: cargo build"));
        }
        let executable = profile_folder.join("examsync");
        if !executable.exists() {
            return Err(format!("{} is missing; run: cargo build", executable.display()));
        }
        Ok(Self { executable, folder })
    }

    /// Shows `examsync ARGUMENTS`, runs it, shows what it said, and holds it to its exit code.
    pub(crate) fn run(&self, arguments: &str, exit_code: i32) -> Result<Said, String> {
        screen::command(&format!("examsync {arguments}"));
        let output = Command::new(&self.executable)
            .args(arguments.split_whitespace())
            .current_dir(self.folder)
            // As under cron: no setting but those of the .env file.
            .env_clear()
            .output()
            .map_err(|e| format!("examsync can't be started: {e}"))?;
        let said = Said {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: without_log_lines(&String::from_utf8_lossy(&output.stderr)),
        };
        screen::output(&said.stdout);
        screen::output(&said.stderr);
        let code = output.status.code();
        if code != Some(0) {
            screen::say(&format!(
                "[exit code {}]",
                code.map_or("none: killed".to_owned(), |code| code.to_string())
            ));
        }
        if code == Some(exit_code) {
            Ok(said)
        } else {
            Err(format!("`examsync {arguments}` should have ended with exit code {exit_code}"))
        }
    }
}

/// `-v` also logs, and a failure repeats the log: every line of it ends with the run's id.
fn without_log_lines(stderr: &str) -> String {
    let log = |line: &str| line.contains(" run_id=") || line == "examsync: the log that led to it:";
    stderr.lines().filter(|line| !log(line)).map(|line| format!("{line}\n")).collect()
}
