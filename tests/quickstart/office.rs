//! A place where the program works: a folder with its settings and its database.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::screen;

/// Head office, or a centre.
pub(crate) struct Office<'a> {
    executable: &'a Path,
    /// Where its files are.
    pub(crate) folder: PathBuf,
    name: &'static str,
}

/// What a run printed.
pub(crate) struct Said {
    /// The end of the pass, on stdout.
    pub(crate) stdout: String,
    /// Warnings and errors, without the log lines.
    pub(crate) stderr: String,
}

impl<'a> Office<'a> {
    /// In a new folder of this name, with these settings.
    pub(crate) fn new(
        executable: &'a Path,
        all: &Path,
        name: &'static str,
        settings: &str,
    ) -> Result<Self, String> {
        let office = Self { executable, folder: all.join(name), name };
        fs::create_dir_all(&office.folder).map_err(|e| format!("{}: {e}", office.folder.display()))?;
        office.write(".env", settings)?;
        Ok(office)
    }

    /// Another place of the same program.
    pub(crate) fn another(&self, all: &Path, name: &'static str, settings: &str) -> Result<Self, String> {
        Self::new(self.executable, all, name, settings)
    }

    /// Writes a file that only its owner can read.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<(), String> {
        let file = self.folder.join(name);
        fs::write(&file, text)
            .and_then(|()| fs::set_permissions(&file, fs::Permissions::from_mode(0o600)))
            .map_err(|e| format!("{}: {e}", file.display()))
    }

    /// Shows `examsync ARGUMENTS`, runs it, shows what it said, and holds it to its exit code.
    pub(crate) fn run(&self, arguments: &str, exit_code: i32) -> Result<Said, String> {
        screen::command(self.name, &format!("examsync {arguments}"));
        let said = self.said(arguments, exit_code);
        if let Ok(said) = &said {
            screen::output(&said.stdout);
            screen::output(&said.stderr);
        }
        if exit_code != 0 {
            screen::say(&format!("[exit code {exit_code}]"));
        }
        said
    }

    /// The same of a command that goes well, with the first lines of what it said.
    pub(crate) fn run_shown(&self, arguments: &str, lines: usize) -> Result<(), String> {
        screen::command(self.name, &format!("examsync {arguments} | head -{lines}"));
        let said = self.said(arguments, 0)?;
        said.stdout.lines().take(lines).for_each(screen::say);
        Ok(())
    }

    /// The same without a word on the screen.
    pub(crate) fn said(&self, arguments: &str, exit_code: i32) -> Result<Said, String> {
        let mut command = Command::new(self.executable);
        command.args(arguments.split_whitespace()).current_dir(&self.folder);
        if screen::is_colored() {
            command.args(["--color", "always"]);
        }
        // As under cron: no setting but those of the .env file.
        let output = command.env_clear().output().map_err(|e| format!("examsync can't be started: {e}"))?;
        let said = Said {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: without_log_lines(&String::from_utf8_lossy(&output.stderr)),
        };
        match output.status.code() {
            Some(code) if code == exit_code => Ok(said),
            code => Err(format!(
                "`examsync {arguments}` ended with {code:?} instead of {exit_code}: {}{}",
                said.stdout, said.stderr
            )),
        }
    }
}

/// `-v` also logs, and a failure repeats the log: every line of it ends with the run's id.
fn without_log_lines(stderr: &str) -> String {
    let log = |line: &str| line.contains(" run_id=") || line == "examsync: the log that led to it:";
    stderr.lines().filter(|line| !log(line)).map(|line| format!("{line}\n")).collect()
}
