//! The files whose locks are those of passes on SQLite.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, OFlags, access};

use crate::model::sync_type::SyncType;
use crate::store::error::StoreError;
use crate::store::sqlite::locks;

/// Takes the locks of all `types`, or the first that another process holds.
pub(super) fn take(database: &Path, types: &[SyncType]) -> Result<Result<Vec<File>, SyncType>, StoreError> {
    // SQLite itself would say so only in the middle of the pass, and without the file's name. Not by opening
    // it: closing it again would take SQLite's own locks from the connections of this process (fcntl(2),
    // https://sqlite.org/howtocorrupt.html §2.2), and others would then write over what they rely on.
    require_writable(database)?;
    let mut files = Vec::new();
    for sync_type in types {
        match try_file(database, *sync_type)? {
            Some(file) => files.push(file),
            None => return Ok(Err(*sync_type)),
        }
    }
    Ok(Ok(files))
}

fn require_writable(database: &Path) -> Result<(), StoreError> {
    access(database, Access::WRITE_OK).map_err(|error| {
        StoreError::Setup(format!(
            "the SQLite file {} can't be written: {}; check its owner and its folder's",
            database.display(),
            std::io::Error::from(error)
        ))
    })
}

/// Ok when the locks of passes could be taken, as far as files and their folder go. Makes no file.
///
/// # Errors
/// [`StoreError::Setup`] as of [`super::try_take`].
pub(crate) fn require_lockable(database: &Path) -> Result<(), StoreError> {
    require_writable(database)?;
    for sync_type in SyncType::of_every_site() {
        let path = lock_file(database, sync_type)?;
        let folder = path.parent().unwrap_or(&path);
        // SQLite makes files of its own in the folder.
        let folder = access(folder, Access::WRITE_OK | Access::EXEC_OK);
        let file = if path.exists() { access(&path, Access::WRITE_OK) } else { Ok(()) };
        file.and(folder).map_err(|error| unusable(&path, &std::io::Error::from(error)))?;
    }
    Ok(())
}

/// The lock files of this database that there are.
pub(crate) fn lock_files(database: &Path) -> Vec<PathBuf> {
    let files = SyncType::all().filter_map(|sync_type| lock_file(database, sync_type).ok());
    files.filter(|file| file.exists()).collect()
}

/// The file of a lock. Two names of one database must meet in one.
fn lock_file(database: &Path, sync_type: SyncType) -> Result<PathBuf, StoreError> {
    let canonical = database.canonicalize().map_err(|error| unusable(database, &error))?;
    let mut name = OsString::from(canonical);
    name.push(format!(".{}.lock", sync_type.name()));
    Ok(PathBuf::from(name))
}

fn unusable(path: &Path, why: &dyn std::fmt::Display) -> StoreError {
    let path = path.display();
    StoreError::Setup(format!("the lock's file {path} can't be used: {why}; check its owner and folder"))
}

fn try_file(database: &Path, sync_type: SyncType) -> Result<Option<File>, StoreError> {
    let path = lock_file(database, sync_type)?;
    // Never deleted: one process could hold the deleted file while another locks a new one.
    let mut options = OpenOptions::new();
    // Nor is a pipe waited for that another user put there.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    options.append(true).create(true).mode(0o600).custom_flags(flags);
    let file = options.open(&path).map_err(|error| unusable(&path, &error))?;
    if !file.metadata().map_err(|error| unusable(&path, &error))?.is_file() {
        return Err(unusable(&path, &"it is not a plain file"));
    }
    match file.try_lock() {
        Ok(()) if locks::keep_others_out(&path).map_err(|error| unusable(&path, &error))? => Ok(Some(file)),
        Ok(()) => Err(locks::without(&path, &"a lock that is held is given to another holder")),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) if locks::has_none(&error) => Err(locks::without(&path, &error)),
        Err(TryLockError::Error(error)) => Err(unusable(&path, &error)),
    }
}
