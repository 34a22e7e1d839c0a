//! The two that are compared: examsync, and the hand-written pipeline.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::measure::{Taken, measure};
use crate::support::database::Session;
use crate::support::mock_api::{MockApi, TOKEN};
use crate::support::postgres::Cluster;

/// The exam date of all participants: none of it has begun.
pub(crate) const DATE: &str = "2099-06-01";

/// What cron gives, on a machine as Debian makes it.
const PATH: &str = "/usr/bin:/bin";

/// A program with a database of its own.
pub(crate) struct Engine<'a> {
    kind: Kind,
    api: &'a MockApi,
    url: String,
    folder: tempfile::TempDir,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Examsync,
    Pipeline,
}

impl<'a> Engine<'a> {
    /// examsync on a fresh PostgreSQL database with all tables.
    pub(crate) fn examsync(cluster: &Cluster, name: &str, api: &'a MockApi) -> Self {
        Self::new(Kind::Examsync, &postgres(cluster, name), api)
    }

    /// examsync on a fresh SQLite file with all tables.
    pub(crate) fn on_sqlite(api: &'a MockApi) -> Self {
        let mut engine = Self::new(Kind::Examsync, "", api);
        engine.url = format!("sqlite://{}", engine.folder.path().join("examsync.db").display());
        engine.migrate();
        engine
    }

    /// The pipeline on a fresh PostgreSQL database with the same tables.
    pub(crate) fn pipeline(cluster: &Cluster, name: &str, api: &'a MockApi) -> Self {
        Self::new(Kind::Pipeline, &postgres(cluster, name), api)
    }

    fn new(kind: Kind, url: &str, api: &'a MockApi) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let engine = Self { kind, api, url: url.to_owned(), folder };
        if !url.is_empty() {
            engine.migrate();
        }
        engine
    }

    fn migrate(&self) {
        measure(self.program().arg("migrate"));
    }

    /// Pulls all halls and rooms.
    pub(crate) fn halls(&self) -> Taken {
        match self.kind {
            Kind::Examsync => measure(self.program().arg("halls")),
            Kind::Pipeline => measure(&mut self.script("halls.sh")),
        }
    }

    /// Pulls the participants of [`DATE`].
    pub(crate) fn participants(&self) -> Taken {
        match self.kind {
            Kind::Examsync => measure(self.program().args(["participants", "--date", DATE])),
            Kind::Pipeline => measure(self.script("participants.sh").arg(DATE)),
        }
    }

    /// The program with its settings, without arguments.
    pub(crate) fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_examsync"));
        command
            .env_clear()
            .env("DATABASE_URL", &self.url)
            .env("EXTERNAL_HALL_API_URL", self.api.url())
            .env("EXTERNAL_HALL_API_TOKEN", TOKEN)
            .env("SYNC_TIMEZONE", "Asia/Baku")
            .env("SYNC_DEADLINE", "1h")
            .current_dir(self.folder.path());
        command
    }

    fn script(&self, name: &str) -> Command {
        let scripts = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/bench/pipeline");
        let mut command = Command::new(scripts.join(name));
        command.env_clear().env("PATH", PATH).current_dir(self.folder.path());
        command.arg(&scripts).args([self.api.url().as_str(), TOKEN, &self.url]);
        command
    }

    /// The folder of its files.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The only row of a query, on PostgreSQL.
    pub(crate) fn ask(&self, sql: &str) -> String {
        Session::postgres(&self.url).text(sql)
    }

    /// Runs a statement, on PostgreSQL.
    pub(crate) fn execute(&self, sql: &str) {
        Session::postgres(&self.url).execute(sql);
    }

    /// Whether this is on PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }
}

/// Drops what an earlier run left: the server must not tidy it up while the next one is measured.
fn postgres(cluster: &Cluster, name: &str) -> String {
    let mut session = Session::postgres(&cluster.url("postgres"));
    session.execute(&format!("DROP DATABASE IF EXISTS {name}"));
    session.execute(&format!("CREATE DATABASE {name}"));
    cluster.url(name)
}
