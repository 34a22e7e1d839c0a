//! File systems that do not lock: two passes would write at once there, and SQLite would wait for ever.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use diesel::sqlite::SqliteConnection;
use rustix::fs::OFlags;
use uuid::Uuid;

use crate::store::error::StoreError;

/// Whether an error of locking says that there are no locks at all.
pub(crate) fn has_none(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let none = [Errno::NOLCK, Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::INVAL];
    error.raw_os_error().is_some_and(|code| none.iter().any(|errno| errno.raw_os_error() == code))
}

/// The error for a file that can't be locked where it is.
pub(crate) fn without(path: &Path, why: &dyn std::fmt::Display) -> StoreError {
    StoreError::Setup(format!(
        "the file system of {} does not lock files: {why}; put the SQLite file on a local disk, or use PostgreSQL",
        path.display()
    ))
}

/// Ok when files are locked where `place` is, as far as that can be seen without making one. `database` is for the
/// message.
///
/// # Errors
/// [`StoreError::Setup`] where there are no locks, or where they keep no one out.
pub(crate) fn require(database: &Path, place: &Path) -> Result<(), StoreError> {
    // Opened to be read: nothing is held up, because SQLite has locks of another kind, and passes lock other files.
    let (Ok(first), Ok(second)) = (File::open(place), File::open(place)) else { return Ok(()) };
    match first.try_lock() {
        Err(TryLockError::Error(error)) if has_none(&error) => Err(without(database, &error)),
        // Someone else holds it, or only what is opened to be written can be locked there.
        Err(_) => Ok(()),
        Ok(()) if second.try_lock().is_ok() => {
            Err(without(database, &"a lock that is held is given to another holder"))
        }
        Ok(()) => Ok(()),
    }
}

/// Whether a held lock keeps another holder out: some file systems grant every lock.
///
/// # Errors
/// What keeps the file from being opened.
pub(crate) fn keep_others_out(path: &Path) -> io::Result<bool> {
    // A lock of flock(2) belongs to the opened file, so a second one of this process is another holder.
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let second = OpenOptions::new().append(true).custom_flags(flags).open(path)?;
    Ok(matches!(second.try_lock(), Err(TryLockError::WouldBlock)))
}

/// What SQLite says when it locks a new file in this folder, which no one else can have locked; `None` where it can, or
/// where no file can be made.
pub(super) fn refused_in(folder: &Path) -> Option<String> {
    let path = folder.join(format!(".examsync-{}.lock-probe", Uuid::new_v4()));
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).ok()?;
    let locked = SqliteConnection::establish(&path.display().to_string())
        .map_err(|error| error.to_string())
        .and_then(|mut connection| {
            connection.batch_execute("BEGIN IMMEDIATE; ROLLBACK").map_err(|error| error.to_string())
        });
    // It holds nothing, and the next probe has another name.
    let _ = std::fs::remove_file(&path);
    locked.err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_locks_is_taken_for_one() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(refused_in(folder.path()), None);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let path = folder.path().join("x.lock");
        let file = File::create(&path).unwrap();
        assert!(!keep_others_out(&path).unwrap());
        file.try_lock().unwrap();
        assert!(keep_others_out(&path).unwrap());
    }

    #[test]
    fn only_what_says_that_there_are_no_locks_is_taken_for_that() {
        let of = |errno: rustix::io::Errno| io::Error::from(errno);
        assert!(has_none(&of(rustix::io::Errno::NOLCK)));
        assert!(!has_none(&of(rustix::io::Errno::ACCESS)));
        assert!(!has_none(&io::Error::other("x")));
    }
}
