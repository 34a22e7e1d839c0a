//! Those that are compared: examsync, another build of it, and the hand-written pipeline.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::measure::{Taken, measure};
use crate::support::database::Session;
use crate::support::mock_api::{MockApi, TOKEN};
use crate::support::postgres::{self, Cluster};

/// The exam date of all participants: none of it has begun.
pub(crate) const DATE: &str = "2099-06-01";

/// A program with a database of its own.
pub(crate) struct Engine<'a> {
    kind: Kind,
    api: &'a MockApi,
    url: String,
    folder: tempfile::TempDir,
}

enum Kind {
    /// The program itself.
    Examsync(PathBuf),
    /// With the folders that its programs are looked for in.
    Pipeline { path: String },
}

impl<'a> Engine<'a> {
    /// examsync on a fresh PostgreSQL database with all tables.
    pub(crate) fn examsync(cluster: &Cluster, name: &str, api: &'a MockApi) -> Self {
        Self::new(Kind::Examsync(this_build()), cluster, new_database(cluster, name), api)
    }

    /// Another build of examsync, on a fresh PostgreSQL database with all tables of that build.
    pub(crate) fn other_build(cluster: &Cluster, name: &str, api: &'a MockApi, program: &Path) -> Self {
        Self::new(Kind::Examsync(program.to_owned()), cluster, new_database(cluster, name), api)
    }

    /// examsync on a fresh SQLite file with all tables, in a folder of the cluster's.
    pub(crate) fn on_sqlite(cluster: &Cluster, api: &'a MockApi) -> Self {
        Self::new(Kind::Examsync(this_build()), cluster, "sqlite:examsync.db".to_owned(), api)
    }

    /// The pipeline on a fresh PostgreSQL database with the same tables; `path` is where its programs are.
    pub(crate) fn pipeline(cluster: &Cluster, name: &str, api: &'a MockApi, path: &str) -> Self {
        Self::new(Kind::Pipeline { path: path.to_owned() }, cluster, new_database(cluster, name), api)
    }

    fn new(kind: Kind, cluster: &Cluster, url: String, api: &'a MockApi) -> Self {
        // There, because the cluster's folder goes however we end, and this one with it.
        let folder = tempfile::tempdir_in(cluster.folder()).expect("a temporary folder");
        postgres::own(folder.path());
        let engine = Self { kind, api, url, folder };
        measure(engine.program().arg("migrate"));
        engine
    }

    /// Pulls all halls and rooms.
    pub(crate) fn halls(&self) -> Taken {
        match &self.kind {
            Kind::Examsync(_) => measure(self.program().arg("halls")),
            Kind::Pipeline { path } => measure(&mut self.script(path, "halls.sh")),
        }
    }

    /// Pulls the participants of [`DATE`].
    pub(crate) fn participants(&self) -> Taken {
        match &self.kind {
            Kind::Examsync(_) => measure(self.program().args(["participants", "--date", DATE])),
            Kind::Pipeline { path } => measure(self.script(path, "participants.sh").arg(DATE)),
        }
    }

    /// The program with its settings, without arguments. The pipeline's tables are made by this build.
    pub(crate) fn program(&self) -> Command {
        let mut command = match &self.kind {
            Kind::Examsync(program) => Command::new(program),
            Kind::Pipeline { .. } => Command::new(this_build()),
        };
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

    fn script(&self, path: &str, name: &str) -> Command {
        let scripts = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/bench/pipeline");
        let mut command = Command::new(scripts.join(name));
        command.env_clear().env("PATH", path).current_dir(self.folder.path());
        command.arg(&scripts).args([self.api.url().as_str(), TOKEN, &self.url]);
        command
    }

    /// Its database.
    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// The folder of its files.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The only row of a query, its cells joined by `|`.
    pub(crate) fn ask(&self, sql: &str) -> String {
        self.session().text(sql)
    }

    /// Runs a statement.
    pub(crate) fn execute(&self, sql: &str) {
        self.session().execute(sql);
    }

    /// A connection to its database.
    pub(crate) fn session(&self) -> Session {
        match self.url.strip_prefix("sqlite:") {
            Some(file) => Session::sqlite(&self.folder.path().join(file)),
            None => Session::postgres(&self.url),
        }
    }

    /// Whether this is on PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }
}

/// The program that was built with this benchmark.
fn this_build() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_examsync"))
}

/// Drops all that was measured: the server must not tidy it up while the next one is.
pub(crate) fn forget(cluster: &Cluster) {
    let mut session = Session::postgres(&cluster.url("postgres"));
    for name in
        session.rows("SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'")
    {
        session.execute(&format!("DROP DATABASE {name}"));
    }
}

/// Drops what an earlier run left, as [`forget`] does.
pub(crate) fn new_database(cluster: &Cluster, name: &str) -> String {
    let mut session = Session::postgres(&cluster.url("postgres"));
    session.execute(&format!("DROP DATABASE IF EXISTS {name}"));
    session.execute(&format!("CREATE DATABASE {name}"));
    cluster.url(name)
}
