//! A private PostgreSQL cluster on a unix socket in a temporary folder, one per test process.

mod pgbouncer;
mod programs;
mod standby;
mod user;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

pub use pgbouncer::Pgbouncer;
use user::ServerUser;

/// In a cluster's folder: the process id of the pooler before it, while one runs.
const PID_FILE: &str = "pgbouncer.pid";

/// A running cluster. It is stopped and its folder removed when this is dropped, and also when the
/// process ends in any way, `kill -9` included.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    user: ServerUser,
    watcher: Child,
}

/// The cluster that the tests share, started by the first who asks.
///
/// `None` where no server program is installed: said once on stderr, whatever the test harness captures.
///
/// # Panics
/// When no server program is installed and `CI=true`, or when the cluster does not start.
pub fn shared() -> Option<&'static Cluster> {
    static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start(&[])).as_ref()
}

/// Gives a file or folder to the user that the servers run as, when we are root.
pub fn own(path: &Path) {
    ServerUser::find().own(path);
}

/// Makes a command run as that user, when we are root: for what root may do anyway.
pub fn unprivileged(command: &mut Command) -> &mut Command {
    ServerUser::find().drop_to(command)
}

/// The folder of the server programs; that there is none is said once.
fn programs() -> Option<&'static PathBuf> {
    static PROGRAMS: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || programs::find().or_else(say_missing);
    PROGRAMS.get_or_init(find).as_ref()
}

impl Cluster {
    /// Starts a cluster of one's own, for tests that break it; `settings` are lines of postgresql.conf.
    /// `None` as with [`shared`].
    pub fn start(settings: &[&str]) -> Option<Self> {
        let programs = programs()?;
        let user = ServerUser::find();
        // Not TMPDIR: a socket's path has at most 107 bytes, and the server's user must get there.
        let folder = tempfile::Builder::new()
            .prefix("examsync-pg-")
            .tempdir_in("/tmp")
            .expect("a folder for PostgreSQL in /tmp")
            .keep();
        user.own(&folder);
        let watcher = watch(programs, &folder, user);
        let cluster = Self { programs: programs.clone(), folder, user, watcher };
        cluster.initialise(settings);
        cluster.start_server();
        Some(cluster)
    }

    fn initialise(&self, settings: &[&str]) {
        let data = self.data();
        self.run(
            "initdb",
            &["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        );
        let socket_folder = format!("unix_socket_directories = '{}'", self.folder.display());
        let usual = [
            socket_folder.as_str(),
            "listen_addresses = ''",
            "max_connections = 200",
            "fsync = off",
            "full_page_writes = off",
        ];
        let lines = usual.iter().chain(settings).map(|line| format!("{line}\n")).collect::<String>();
        fs::OpenOptions::new()
            .append(true)
            .open(self.folder.join("data/postgresql.conf"))
            .and_then(|mut file| file.write_all(lines.as_bytes()))
            .expect("the cluster's configuration");
    }

    /// Starts the server again after [`Cluster::stop_server`].
    pub fn start_server(&self) {
        let log = self.folder.join("log");
        self.run("pg_ctl", &["-D", &self.data(), "-l", &log.display().to_string(), "-w", "start"]);
    }

    /// Stops the server; `mode` is smart, fast or immediate (a crash).
    pub fn stop_server(&self, mode: &str) {
        self.run("pg_ctl", &["-D", &self.data(), "-w", "-m", mode, "stop"]);
    }

    /// The folder of the server's own programs, psql among them.
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// The folder of the socket, of `data` and of `log`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The URL of one of its databases, for libpq.
    pub fn url(&self, database: &str) -> String {
        let socket_folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{socket_folder}:5432/{database}")
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    /// Runs one of the server programs as the server's user.
    ///
    /// # Panics
    /// When it fails, with what it and the server said.
    pub fn run(&self, program: &str, args: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command.args(args).current_dir(&self.folder).stdin(Stdio::null());
        // pg_ctl's server inherits the streams: pipes would never end.
        let said = self.folder.join("said");
        let file = fs::File::create(&said).expect("a file for what the program says");
        command.stdout(file.try_clone().expect("the same file twice")).stderr(file);
        let status = self.user.drop_to(&mut command).status();
        if !status.as_ref().is_ok_and(std::process::ExitStatus::success) {
            let said = fs::read_to_string(said).unwrap_or_default();
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            panic!("{program} of PostgreSQL failed ({status:?}):\n{said}\n{log}");
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        drop(self.watcher.wait());
    }
}

/// A shell that waits for our end of its stdin to close, which the kernel does however we end, and
/// then clears up. It keeps no stream of ours open, and a Ctrl-C at the terminal does not reach it.
fn watch(programs: &Path, folder: &Path, user: ServerUser) -> Child {
    use std::os::unix::process::CommandExt;
    let script = r#"cat >/dev/null; [ -f "$2/$3" ] && kill -KILL "$(cat "$2/$3")"
        "$1/pg_ctl" -D "$2/data" -w -m immediate stop; rm -rf "$2""#;
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh"]).arg(programs).arg(folder).arg(PID_FILE);
    command.current_dir("/").process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    user.drop_to(&mut command).spawn().expect("a shell that clears up after PostgreSQL")
}

fn say_missing() -> Option<PathBuf> {
    say_skipped("PostgreSQL server program", "apt-get install -y postgresql, or set PG_BINDIR");
    None
}

/// Says that what needs a program is not tested, whatever the test harness captures.
///
/// # Panics
/// When `CI=true`, where nothing may be skipped.
pub fn say_skipped(program: &str, install: &str) {
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "no {program} was found, and CI=true; install it with: {install}"
    );
    let text = format!(
        "\n*** NO {}: the tests that need it are NOT RUN. Install it with:\n*** {install}\n\n",
        program.to_uppercase()
    );
    // The harness captures what print macros write, and this must be seen.
    if let Ok(mut stderr) = fs::OpenOptions::new().append(true).open("/dev/stderr") {
        drop(stderr.write_all(text.as_bytes()));
    }
}
