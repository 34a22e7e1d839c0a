//! A streaming replica of a private cluster.

use std::fs;
use std::io::Write;

use super::{Cluster, ServerUser, programs, watch};

impl Cluster {
    /// Copies this cluster and starts the copy as its hot standby.
    pub fn start_standby(&self) -> Self {
        let programs = programs().expect("a cluster runs, so there are programs");
        let user = ServerUser::find();
        let folder = tempfile::Builder::new()
            .prefix("examsync-pg-")
            .tempdir_in("/tmp")
            .expect("a folder for PostgreSQL in /tmp")
            .keep();
        user.own(&folder);
        let watcher = watch(programs, &folder, user);
        let standby = Self { programs: programs.clone(), folder, user, watcher };
        let primary = self.folder.display().to_string();
        let copy =
            ["-h", &primary, "-U", "postgres", "-D", &standby.data(), "-R", "-X", "stream", "-c", "fast"];
        standby.run("pg_basebackup", &copy);
        // The copied settings name the primary's socket; the last line wins.
        fs::OpenOptions::new()
            .append(true)
            .open(standby.folder.join("data/postgresql.auto.conf"))
            .and_then(|mut file| writeln!(file, "unix_socket_directories = '{}'", standby.folder.display()))
            .expect("the standby's configuration");
        standby.start_server();
        standby
    }

    /// Makes a standby the primary.
    pub fn promote(&self) {
        self.run("pg_ctl", &["-D", &self.data(), "-w", "promote"]);
    }
}
