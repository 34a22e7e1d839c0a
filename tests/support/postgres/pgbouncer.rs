//! A private pgbouncer in front of a private cluster.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Cluster, PID_FILE};

const PROGRAM: &str = "/usr/sbin/pgbouncer";
/// Only in the name of its socket.
const PORT: u16 = 6432;

/// A running pooler; it ends with this, and also when the process ends in any way, as the cluster does.
pub struct Pgbouncer {
    child: Child,
    folder: PathBuf,
}

impl Pgbouncer {
    /// Starts one in transaction mode whose socket is in the cluster's folder.
    ///
    /// `None` as of [`Pgbouncer::start_in`].
    pub fn start(cluster: &Cluster) -> Option<Self> {
        Self::start_in("transaction", cluster)
    }

    /// Starts one in this pool mode whose socket is in the cluster's folder.
    ///
    /// `None` where it is not installed: said on stderr, whatever the test harness captures.
    ///
    /// # Panics
    /// When it is not installed and `CI=true`, or when it does not start.
    pub fn start_in(mode: &str, cluster: &Cluster) -> Option<Self> {
        Self::start_with(&format!("pool_mode = {mode}\ndefault_pool_size = 8"), cluster)
    }

    /// Starts one with these lines of settings whose socket is in the cluster's folder.
    ///
    /// `None` as of [`Pgbouncer::start_in`].
    ///
    /// # Panics
    /// As of [`Pgbouncer::start_in`].
    pub fn start_with(lines: &str, cluster: &Cluster) -> Option<Self> {
        if !Path::new(PROGRAM).exists() {
            super::say_skipped("pgbouncer", "apt-get install -y pgbouncer");
            return None;
        }
        let folder = cluster.folder();
        let settings = format!(
            "[databases]\n* = host={0} port=5432 user=postgres\n[pgbouncer]\nunix_socket_dir = {0}\n\
             pidfile = {0}/{PID_FILE}\nlisten_port = {PORT}\nauth_type = any\n{lines}\n",
            folder.display()
        );
        let file = folder.join("pgbouncer.ini");
        fs::write(&file, settings).expect("the pooler's settings");
        let log = fs::File::create(folder.join("pgbouncer.log")).expect("the pooler's log");
        let mut command = Command::new(PROGRAM);
        command.arg(&file).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = cluster.user.drop_to(&mut command).spawn().expect("pgbouncer starts");
        let pooler = Self { child, folder: folder.to_owned() };
        let socket = folder.join(format!(".s.PGSQL.{PORT}"));
        let since = Instant::now();
        while !socket.exists() {
            let log = || fs::read_to_string(folder.join("pgbouncer.log")).unwrap_or_default();
            assert!(since.elapsed() < Duration::from_secs(10), "pgbouncer does not start:\n{}", log());
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(pooler)
    }

    /// The URL of one of the cluster's databases through the pooler.
    pub fn url(&self, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{folder}:{PORT}/{database}")
    }
}

impl Drop for Pgbouncer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        // From now on its number may be another process's, which the cluster's watcher must not end.
        drop(fs::remove_file(self.folder.join(PID_FILE)));
    }
}
