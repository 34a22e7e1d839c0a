//! Opens a SQLite file, and makes it where there is none.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use diesel::Connection as _;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;

use super::connection::{Connection, Opened};
use super::error::StoreError;
use super::migrations;

/// Whether there is a database: a file that is not empty. One that was just being made when its maker
/// was killed is still empty.
///
/// # Errors
/// [`StoreError::Setup`] when the file or its folder can't be looked at.
pub fn exists(path: &Path) -> Result<bool, StoreError> {
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => Err(setup(path, "it is a folder, name a file in it")),
        Ok(metadata) => Ok(metadata.len() > 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(setup(path, &error.to_string())),
    }
}

/// Opens the file at `path`, and makes it with all tables where there is none; `private` also makes its
/// folder, both for the user only. `busy_timeout` is how long a statement waits for another writer.
///
/// # Errors
/// [`StoreError::Setup`] for a path that can't be used, [`StoreError::Corrupt`] for a file that is no database.
pub fn open(path: &Path, private: bool, busy_timeout: Duration) -> Result<Opened, StoreError> {
    let created = !exists(path)?;
    if created {
        create(path, private)?;
    }
    let mut connection = Connection::Sqlite(connect(path, busy_timeout)?);
    let applied = if created { migrations::migrate(&mut connection)? } else { Vec::new() };
    Ok(Opened { connection, created, applied })
}

fn create(path: &Path, private: bool) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    if private {
        if let Some(folder) = path.parent() {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
            made.map_err(|error| setup(folder, &error.to_string()))?;
        }
        options.mode(0o600);
    }
    options.open(path).map(drop).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => setup(path, "its folder does not exist; make the folder first"),
        _ => setup(path, &error.to_string()),
    })
}

/// Opens the file, which SQLite makes when it is missing, without making tables.
pub(super) fn connect(path: &Path, busy_timeout: Duration) -> Result<SqliteConnection, StoreError> {
    let text = path.to_str().ok_or_else(|| setup(path, "its name is not UTF-8"))?;
    // Names such as `file:x` and `:memory:` mean something else to SQLite unless they begin like a path.
    let name = if path.is_absolute() { text.to_owned() } else { format!("./{text}") };
    let within = |error| at(path, error);
    let mut connection = SqliteConnection::establish(&name).map_err(|error| within(error.into()))?;
    // The last one is the first to read the file, and so to find out whether it is a database.
    connection
        .batch_execute(&format!(
            "PRAGMA busy_timeout = {};
             PRAGMA foreign_keys = ON;
             PRAGMA synchronous = NORMAL;
             PRAGMA cache_size = -8192;
             PRAGMA schema_version;",
            // Of a larger one SQLite would make none at all.
            busy_timeout.as_millis().min(i32::MAX as u128)
        ))
        .map_err(|error| within(error.into()))?;
    Ok(connection)
}

/// The error with the file's name in it.
fn at(path: &Path, error: StoreError) -> StoreError {
    let name = path.display();
    match error {
        StoreError::Setup(text) => StoreError::Setup(format!("{name}: {text}")),
        StoreError::Corrupt(text) => StoreError::Corrupt(format!("{name}: {text}")),
        StoreError::Busy(text) => StoreError::Busy(format!("{name}: {text}")),
        StoreError::Other(text) => StoreError::Other(format!("{name}: {text}")),
        other => other,
    }
}

fn setup(path: &Path, why: &str) -> StoreError {
    StoreError::Setup(format!("the SQLite file {} can't be used: {why}; see DATABASE_URL", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::{Failure, Kind};
    use std::os::unix::fs::PermissionsExt;

    const WAIT: Duration = Duration::from_millis(50);

    fn kind_of(result: Result<Opened, StoreError>) -> Kind {
        Failure::from(result.err().unwrap()).kind
    }

    #[test]
    fn a_new_file_is_made_once_and_the_default_one_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/x.db");
        assert!(!exists(&path).unwrap());
        assert_eq!(kind_of(open(&path, false, WAIT)), Kind::Setup);
        assert!(open(&path, true, WAIT).unwrap().created);
        assert!(exists(&path).unwrap());
        assert!(!open(&path, true, WAIT).unwrap().created);
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }

    #[test]
    fn what_is_no_database_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        let text = "just a text, long enough to be taken for a header of a page".repeat(20);
        std::fs::write(&path, &text).unwrap();
        assert!(
            matches!(open(&path, false, WAIT), Err(StoreError::Corrupt(said)) if said.contains("notes.txt"))
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        assert_eq!(kind_of(open(folder.path(), false, WAIT)), Kind::Setup);
    }

    #[test]
    fn a_second_writer_is_told_that_the_file_is_busy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let mut first = open(&path, false, WAIT).unwrap().connection;
        let mut second = open(&path, false, WAIT).unwrap().connection;
        first.begin().unwrap();
        assert!(matches!(second.begin(), Err(StoreError::Busy(_))));
        first.commit().unwrap();
        second.begin().unwrap();
    }
}
