//! Opens a SQLite file that is only read, also for a user who may write neither the file nor its folder.
//!
//! A database in WAL mode needs its `-shm` file even to be read, and its folder to make one
//! (<https://sqlite.org/wal.html#readonly>). Where no one has it open there is none; then the file alone is the
//! database, and is read as one that does not change. That it did not is looked at afterwards.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use diesel::connection::SimpleConnection as _;
use diesel::sqlite::SqliteConnection;
use rustix::fs::{Access, access};

use super::{at, connect, open_as, setup};
use crate::store::error::StoreError;

/// Where the file says that it is in WAL mode, and with what (<https://sqlite.org/fileformat.html>).
const READ_VERSION: usize = 19;
const WAL: u8 = 2;

/// What a file looked like when it was opened as one that does not change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot {
    path: PathBuf,
    bytes: u64,
    modified: Option<SystemTime>,
    log_bytes: Option<u64>,
}

impl Snapshot {
    fn take(path: &Path) -> io::Result<Self> {
        let metadata = path.metadata()?;
        Ok(Self {
            path: path.to_owned(),
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
            log_bytes: beside(path, "-wal").metadata().ok().map(|metadata| metadata.len()),
        })
    }

    /// Whether the file still looks like this, so that what was read is of one moment.
    pub(crate) fn is_current(&self) -> bool {
        Self::take(&self.path).is_ok_and(|now| now == *self)
    }
}

/// Opens the file, which must exist, so that nothing can be written; with what it looks like, where that has to be the
/// same when all is read.
///
/// # Errors
/// As of [`connect`].
pub(crate) fn connect_reading(
    path: &Path,
    busy_timeout: Duration,
) -> Result<(SqliteConnection, Option<Snapshot>), StoreError> {
    if may_write(path) {
        let mut connection = connect(path, busy_timeout)?;
        connection.batch_execute("PRAGMA query_only = ON").map_err(|error| at(path, error.into()))?;
        return Ok((connection, None));
    }
    let unreadable = |error: io::Error| setup(path, &error.to_string());
    let snapshot = Snapshot::take(path).map_err(unreadable)?;
    let log = snapshot.log_bytes.unwrap_or(0) > 0;
    if !is_wal(path).map_err(unreadable)? || beside(path, "-shm").exists() {
        return Ok((open_as(&uri(path, "mode=ro"), path, busy_timeout)?, None));
    }
    if log {
        return Err(setup(
            path,
            "another program left a log beside it that only a user who may write its folder can read; run this as its owner",
        ));
    }
    let connection = open_as(&uri(path, "mode=ro&immutable=1"), path, busy_timeout)?;
    Ok((connection, Some(snapshot)))
}

fn may_write(path: &Path) -> bool {
    let folder = path.parent().unwrap_or(path);
    access(path, Access::WRITE_OK).is_ok() && access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

fn is_wal(path: &Path) -> io::Result<bool> {
    let mut header = [0; READ_VERSION + 1];
    let read = File::open(path)?.read_exact(&mut header);
    // What is shorter is no database, which opening it will say.
    Ok(read.is_ok() && header[READ_VERSION] == WAL)
}

/// The file that SQLite keeps next to the database under its name and this ending.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

/// The path as a URI (RFC 3986), with its parameters.
fn uri(path: &Path, parameters: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte);
    let bytes = path.as_os_str().as_bytes().iter();
    let encoded: String =
        bytes.map(|&b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
    format!("file:{encoded}?{parameters}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_whatever_its_name_is() {
        assert_eq!(uri(Path::new("/a b/50%?#.db"), "mode=ro"), "file:/a%20b/50%25%3F%23.db?mode=ro");
    }

    #[test]
    fn a_file_that_was_written_is_not_what_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        std::fs::write(&path, "one").unwrap();
        let snapshot = Snapshot::take(&path).unwrap();
        assert!(snapshot.is_current());
        std::fs::write(beside(&path, "-wal"), "log").unwrap();
        assert!(!snapshot.is_current());
        std::fs::remove_file(beside(&path, "-wal")).unwrap();
        assert!(snapshot.is_current());
        std::fs::write(&path, "two and more").unwrap();
        assert!(!snapshot.is_current());
    }
}
