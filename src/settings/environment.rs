//! What the process was given, taken once, so that nothing else asks the operating system.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use super::machine_timezone::MachineTimezone;
use super::user;
use crate::text::program_line::ProgramLine;

/// A snapshot of the process's surroundings. Tests make their own.
#[derive(Clone, Default)]
pub(crate) struct Environment {
    /// The environment variables.
    pub variables: BTreeMap<OsString, OsString>,
    /// The machine's own time zone.
    pub machine_timezone: MachineTimezone,
    /// The real user id.
    pub user_id: u32,
    /// The name of the real user, where the machine knows one.
    pub user_name: Option<String>,
    /// The machine's host name.
    pub host_name: String,
    /// Whether stdout or stderr is a terminal: a person runs this.
    pub on_terminal: bool,
}

impl Environment {
    /// The surroundings of this process.
    pub(crate) fn of_process() -> Self {
        let user_id = rustix::process::getuid().as_raw();
        Self {
            variables: std::env::vars_os().collect(),
            machine_timezone: MachineTimezone::read(Path::new("/etc"), Path::new("/usr/share/zoneinfo")),
            user_id,
            user_name: user::name_of(user_id, Path::new("/etc/passwd")),
            host_name: rustix::system::uname().nodename().to_string_lossy().into_owned(),
            on_terminal: std::io::stdout().is_terminal() || std::io::stderr().is_terminal(),
        }
    }

    /// One variable; an empty one is not set (contract §3).
    pub(super) fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// A variable by which a web server or a hook runner passes on a request, where it is text.
    pub(crate) fn request_variable(&self, name: &str) -> Option<String> {
        self.variable(name).and_then(OsStr::to_str).map(str::to_owned)
    }

    /// Whether `NO_COLOR` asks for none (contract §5).
    pub(crate) fn no_color(&self) -> bool {
        self.variable("NO_COLOR").is_some()
    }

    /// Whether `TERM` says that the terminal can't move its cursor (contract §5).
    pub(crate) fn terminal_is_dumb(&self) -> bool {
        self.variable("TERM").is_some_and(|term| term == "dumb")
    }

    /// The reader's own pager, `PAGER`: a command line for the shell.
    pub(crate) fn pager(&self) -> Option<&OsStr> {
        self.variable("PAGER")
    }

    /// Who runs the command: `SUDO_USER`, else `USER`, else `LOGNAME`, which is all that some cron daemons set, else
    /// the user's name, else the user id (contract §6, sync_logs).
    pub(crate) fn operator(&self) -> String {
        let given = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| self.variable(name));
        let given = given.map(|name| name.to_string_lossy().into_owned());
        given.or_else(|| self.user_name.clone()).unwrap_or_else(|| self.user_id.to_string())
    }

    /// The user whom `sudo -u` has to name so that a command runs as this one does. `None` where who reads the advice
    /// needs no sudo: it is the same person, or the user is root, who has no name to find out.
    fn user_for_sudo(&self) -> Option<String> {
        let by_reader = self.on_terminal && self.variable("SUDO_USER").is_none();
        let name = || self.user_name.clone().unwrap_or_else(|| format!("#{}", self.user_id));
        (!by_reader && self.user_id != 0).then(name)
    }

    /// The program as it was run, for advice: by the same user, with the env file and the database that were named.
    pub(super) fn program_line(&self, env_file: Option<&Path>, database_url: Option<&str>) -> ProgramLine {
        let line = ProgramLine::run_by(self.user_for_sudo().as_deref());
        let file = env_file.map(|file| ["--env-file".to_owned(), file.display().to_string()]);
        let url = database_url.map(|url| ["--database-url".to_owned(), url.to_owned()]);
        line.and(file.into_iter().flatten()).and(url.into_iter().flatten())
    }

    /// The user's data folder by the XDG rules; `None` without a home.
    pub(super) fn data_folder(&self) -> Option<PathBuf> {
        let absolute = |name| self.variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
        absolute("XDG_DATA_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The values may hold secrets.
        f.debug_struct("Environment").field("names", &self.variables.keys()).finish_non_exhaustive()
    }
}
