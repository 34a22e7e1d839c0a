//! What the process was given, taken once, so that nothing else asks the operating system.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::machine_timezone::MachineTimezone;

/// A snapshot of the process's surroundings. Tests make their own.
#[derive(Clone, Default)]
pub struct Environment {
    /// The environment variables.
    pub variables: BTreeMap<OsString, OsString>,
    /// The machine's own time zone.
    pub machine_timezone: MachineTimezone,
    /// The real user id.
    pub user_id: u32,
    /// The machine's host name.
    pub host_name: String,
}

impl Environment {
    /// The surroundings of this process.
    pub fn of_process() -> Self {
        Self {
            variables: std::env::vars_os().collect(),
            machine_timezone: MachineTimezone::read(Path::new("/etc"), Path::new("/usr/share/zoneinfo")),
            user_id: rustix::process::getuid().as_raw(),
            host_name: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        }
    }

    /// One variable; an empty one is not set (contract §3).
    pub(super) fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// Whether `NO_COLOR` asks for none (contract §5).
    pub fn no_color(&self) -> bool {
        self.variable("NO_COLOR").is_some()
    }

    /// Whether `TERM` says that the terminal can't move its cursor (contract §5).
    pub fn terminal_is_dumb(&self) -> bool {
        self.variable("TERM").is_some_and(|term| term == "dumb")
    }

    /// The reader's own pager, `PAGER`: a command line for the shell.
    pub fn pager(&self) -> Option<&OsStr> {
        self.variable("PAGER")
    }

    /// Who runs the command: `SUDO_USER`, else `USER`, else the user id (contract §6, sync_logs).
    pub fn operator(&self) -> String {
        let name = self.variable("SUDO_USER").or_else(|| self.variable("USER"));
        name.map_or_else(|| self.user_id.to_string(), |name| name.to_string_lossy().into_owned())
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
