//! A fresh database for each test, of either kind, and plain SQL on it.

mod dump;
mod session;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

pub use session::Session;

use super::postgres;

/// Which of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One file.
    Sqlite,
    /// A database of the tests' private cluster.
    Postgres,
}

/// A database of one test's own, empty: without tables, and of SQLite even without the file.
pub struct Database {
    kind: Kind,
    url: String,
    folder: tempfile::TempDir,
}

impl Database {
    /// A fresh one; `None` where PostgreSQL is asked for and not installed (see [`postgres::shared`]).
    pub fn new(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Sqlite => Some(Self::sqlite()),
            Kind::Postgres => Self::postgres(),
        }
    }

    /// A fresh SQLite database, whose file does not exist yet.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("examsync.db").display());
        Self { kind: Kind::Sqlite, url, folder }
    }

    /// A fresh SQLite database in a folder of the test's own, which must outlive it.
    pub fn sqlite_in(folder: &Path) -> Self {
        let folder = tempfile::tempdir_in(folder).expect("a temporary folder there");
        let url = format!("sqlite://{}", folder.path().join("examsync.db").display());
        Self { kind: Kind::Sqlite, url, folder }
    }

    /// A fresh database in the shared cluster; `None` as with [`postgres::shared`].
    pub fn postgres() -> Option<Self> {
        postgres::shared().map(Self::in_cluster)
    }

    /// A fresh database in a cluster of the test's own.
    pub fn in_cluster(cluster: &postgres::Cluster) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        Session::postgres(&cluster.url("postgres")).execute(&format!("CREATE DATABASE {name}"));
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { kind: Kind::Postgres, url: cluster.url(&name), folder }
    }

    /// Which kind it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What `DATABASE_URL` takes.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The SQLite file (of PostgreSQL: a file that does not exist).
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("examsync.db")
    }

    /// A temporary folder that lives as long as this.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The SQL of the kind at hand, where the two must differ.
    pub fn pick<'a>(&self, sqlite: &'a str, postgres: &'a str) -> &'a str {
        match self.kind {
            Kind::Sqlite => sqlite,
            Kind::Postgres => postgres,
        }
    }

    /// A connection that stays open, for tests that hold a lock or a transaction.
    pub fn session(&self) -> Session {
        match self.kind {
            Kind::Sqlite => Session::sqlite(&self.file()),
            Kind::Postgres => Session::postgres(&self.url),
        }
    }

    /// [`Session::execute`] on a connection of its own.
    pub fn execute(&self, sql: &str) {
        self.session().execute(sql);
    }

    /// [`Session::rows`] on a connection of its own.
    pub fn rows(&self, sql: &str) -> Vec<String> {
        self.session().rows(sql)
    }

    /// [`Session::cells`] on a connection of its own.
    pub fn cells(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        self.session().cells(sql)
    }

    /// [`Session::text`] on a connection of its own.
    pub fn text(&self, sql: &str) -> String {
        self.session().text(sql)
    }

    /// [`Session::number`] on a connection of its own.
    pub fn number(&self, sql: &str) -> i64 {
        self.session().number(sql)
    }
}

/// Makes of each `fn sentence(database) { … }` two tests, `sentence::sqlite` and `sentence::postgres`;
/// `database` is a `&Database`, fresh and empty.
#[allow(unused_macros, reason = "a kit: not every test binary uses all of it")]
macro_rules! on_both_databases {
    ($( $(#[$attribute:meta])* fn $name:ident($database:ident) $body:block )+) => { $(
        #[cfg(test)]
        mod $name {
            #[allow(unused_imports, reason = "a body may need nothing from around it")]
            use super::*;

            fn check($database: &$crate::support::Database) $body

            $(#[$attribute])*
            #[test]
            fn sqlite() {
                check(&$crate::support::Database::sqlite());
            }

            $(#[$attribute])*
            #[test]
            fn postgres() {
                if let Some(database) = $crate::support::Database::postgres() {
                    check(&database);
                }
            }
        }
    )+ };
}
pub(crate) use on_both_databases;
