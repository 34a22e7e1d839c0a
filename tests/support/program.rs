//! Runs the real program as cron would: in a clean environment, with nothing on its streams but pipes.

mod outcome;
mod running;

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

pub use outcome::{Outcome, without_sudo};
pub use running::{Running, catches_term, signal, sockets, waits_for_a_reader};

use super::mock_api::TOKEN;
use super::{Database, MockApi};

/// The program with an environment, a working folder and a time limit; may be run again and again. A clone works in the
/// same folder.
#[derive(Clone)]
pub struct Examsync {
    environment: BTreeMap<String, String>,
    arguments: Vec<String>,
    input: Option<Vec<u8>>,
    folder: Arc<tempfile::TempDir>,
    limit: Duration,
    unprivileged: bool,
    hidden: Vec<(String, &'static str)>,
}

impl Examsync {
    /// With the usual settings for a database and an API: `DATABASE_URL`, `EXTERNAL_HALL_API_URL`,
    /// `EXTERNAL_HALL_API_TOKEN`, `SYNC_TIMEZONE=Asia/Baku`, `SYNC_RETRY_DELAY=1` (a millisecond).
    pub fn new(database: &Database, api: &MockApi) -> Self {
        Self::with_api_url(database, &api.url())
    }

    /// The same where the API is elsewhere, or nowhere.
    pub fn with_api_url(database: &Database, api_url: &str) -> Self {
        let mut program = Self::bare()
            .env("DATABASE_URL", database.url())
            .env("EXTERNAL_HALL_API_URL", api_url)
            .env("EXTERNAL_HALL_API_TOKEN", TOKEN)
            .env("SYNC_TIMEZONE", "Asia/Baku")
            .env("SYNC_RETRY_DELAY", "1");
        program.hide(database.url(), "[database url]");
        program.hide(&database.folder().display().to_string(), "[database folder]");
        program.hide(api_url, "[api]");
        program
    }

    /// Without any environment, not even PATH or HOME, in an empty folder.
    pub fn bare() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let hidden = vec![(folder.path().display().to_string(), "[folder]")];
        Self {
            environment: BTreeMap::new(),
            arguments: Vec::new(),
            input: None,
            folder: Arc::new(folder),
            limit: Duration::from_secs(60),
            unprivileged: false,
            hidden,
        }
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Takes an environment variable away.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.environment.remove(name);
        self
    }

    /// Adds one argument (it may hold spaces) after those that `run` and `spawn` are given.
    #[must_use]
    pub fn arg(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Feeds these bytes to stdin, which is empty otherwise.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Some(bytes.into());
        self
    }

    /// Sets the time after which the program is killed and the test fails; 60 s otherwise.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs it as a user who is not root, also when we are: file modes mean nothing to root.
    #[must_use]
    pub fn unprivileged(mut self) -> Self {
        self.unprivileged = true;
        self
    }

    /// Hides a text from snapshots, such as a port or a path of the test's own.
    pub fn hide(&mut self, text: &str, shown: &'static str) {
        self.hidden.push((text.to_owned(), shown));
        // Whole URLs before the paths that they hold.
        self.hidden.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
    }

    /// The working folder of the program: for env files, feeds, and what it writes.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into that folder with this mode; its path.
    ///
    /// # Panics
    /// When that fails.
    pub fn write(&self, name: &str, mode: u32, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder of our own");
        std::fs::write(&path, text).expect("the folder takes a file");
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).expect("our own file");
        path
    }

    /// Makes a named pipe in that folder, for our user only.
    ///
    /// # Panics
    /// When that fails.
    pub fn make_pipe(&self, name: &str) {
        let made = Command::new("mkfifo").args(["-m", "600"]).arg(self.folder.path().join(name)).status();
        assert!(made.is_ok_and(|status| status.success()), "no pipe can be made");
    }

    /// Runs it to its end with these arguments, split at whitespace.
    ///
    /// # Panics
    /// When it takes longer than the limit.
    pub fn run(&self, arguments: &str) -> Outcome {
        self.spawn(arguments).wait()
    }

    /// Starts it and lets it run, for tests of signals and overlap.
    pub fn spawn(&self, arguments: &str) -> Running {
        let mut command = self.command(arguments);
        command.stdin(if self.input.is_some() { Stdio::piped() } else { Stdio::null() });
        Running::start(command, self.input.clone(), self.limit, self.hidden.clone())
    }

    /// The command alone, for tests that give it other streams than pipes.
    pub fn command(&self, arguments: &str) -> Command {
        let mut program = PathBuf::from(env!("CARGO_BIN_EXE_examsync"));
        if self.unprivileged {
            // That user may be kept out of the folder that it is in, as everybody is from /root.
            let copy = self.folder.path().join("examsync");
            if !copy.exists() {
                // By another program: while this one had it open for writing, no child of another test could let it run.
                let copied = Command::new("cp").arg(&program).arg(&copy).status();
                assert!(
                    copied.is_ok_and(|status| status.success()),
                    "the folder takes a copy of the program"
                );
            }
            program = copy;
            super::postgres::own(self.folder.path());
        }
        let mut command = Command::new(program);
        if self.unprivileged {
            super::postgres::unprivileged(&mut command);
        }
        command.args(arguments.split_whitespace()).args(&self.arguments);
        command.env_clear().envs(&self.environment).current_dir(self.folder.path());
        command
    }
}

/// The most memory that an examsync process held so far, in KiB (`VmHWM`, proc(5)). `None` when it has ended,
/// and before it is examsync: until then it may share the memory of whoever starts it.
pub fn peak_memory_kib(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    (field("Name:")? == "examsync").then_some(())?;
    field("VmHWM:")?.trim_end_matches(" kB").parse().ok()
}

impl Database {
    /// Makes the tables with `examsync migrate`.
    ///
    /// # Panics
    /// When that fails.
    pub fn migrate(&self) {
        let outcome = Examsync::bare().env("DATABASE_URL", self.url()).run("migrate");
        assert_eq!(outcome.code, 0, "{outcome:?}");
    }
}
