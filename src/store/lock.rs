//! The lock of a pass: one per sync type and database, freed when its holder dies (contract §7, item 1).

mod holder;

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, OFlags, access};
use sha2::{Digest as _, Sha256};

pub(crate) use self::holder::LockHolder;
use super::connection::{Connection, Location};
use super::error::StoreError;
use super::sqlite::locks;
use crate::model::sync_type::SyncType;

/// First half of the key of our PostgreSQL advisory locks where `DATABASE_SCHEMA` is not set: "exam" in ASCII. The second
/// half is [`SyncType::lock_id`].
const POSTGRES_CLASS: i32 = 0x6578_616D;
/// Second half of the key while migrations run.
const MIGRATIONS: i32 = 0;

/// One or several locks, held until dropped.
pub(crate) struct Lock(Holder);

enum Holder {
    /// An open transaction that does nothing but hold them, on a connection of its own: it outlives what the
    /// working connection does, and a pooler in transaction mode keeps it together.
    Postgres(Connection),
    Sqlite {
        _files: Vec<File>,
    },
}

/// What trying to take locks came to.
pub(crate) enum Try {
    /// All are ours.
    Taken(Lock),
    /// Another process holds this one, and on PostgreSQL this session; none is ours.
    Held(SyncType, Option<LockHolder>),
}

/// Takes the locks of all `types`, in the order given, or none. The SQLite file must exist.
///
/// # Errors
/// Whatever keeps the database, or the lock's file, from being opened.
pub(crate) fn try_take(location: &Location, types: &[SyncType]) -> Result<Try, StoreError> {
    match location {
        Location::Postgres { .. } => {
            let mut connection = Connection::open(location)?;
            let class = class(&connection);
            connection.begin()?;
            for sync_type in types {
                // A standby gives locks of its own, which keep no one out who asks the primary.
                let taken: Vec<i32> = connection.values(
                    "SELECT CASE WHEN pg_is_in_recovery() THEN 2 WHEN pg_try_advisory_xact_lock($1, $2) THEN 1 ELSE 0 END
                         AS value",
                    &[&class, &sync_type.lock_id()],
                )?;
                if taken.contains(&2) {
                    return Err(StoreError::read_only(
                        "this server is a standby, which gives no pass its lock",
                    ));
                }
                if !taken.contains(&1) {
                    let holder = LockHolder::find(&mut connection, class, sync_type.lock_id())?;
                    connection.roll_back()?;
                    return Ok(Try::Held(*sync_type, holder));
                }
            }
            Ok(Try::Taken(Lock(Holder::Postgres(connection))))
        }
        Location::Sqlite { path, .. } => {
            // SQLite itself would say so only in the middle of the pass, and without the file's name. Not by opening
            // it: closing it again would take SQLite's own locks from the connections of this process (fcntl(2),
            // https://sqlite.org/howtocorrupt.html §2.2), and others would then write over what they rely on.
            require_writable(path)?;
            let mut files = Vec::new();
            for sync_type in types {
                match try_file(path, *sync_type)? {
                    Some(file) => files.push(file),
                    None => return Ok(Try::Held(*sync_type, None)),
                }
            }
            Ok(Try::Taken(Lock(Holder::Sqlite { _files: files })))
        }
    }
}

impl Lock {
    /// Makes sure that the lock is still held, which is lost with its connection, and that it is held on the server that
    /// `working` writes to.
    ///
    /// # Errors
    /// [`StoreError::Gone`] when it is lost; [`StoreError::Setup`] when it is on another server.
    pub(crate) fn confirm(&mut self, working: &mut Connection) -> Result<(), StoreError> {
        let Holder::Postgres(connection) = &mut self.0 else { return Ok(()) };
        let class = class(connection);
        let pid = connection.backend_pid()?;
        let held = working.any(
            "pg_catalog.pg_locks WHERE locktype = 'advisory' AND pid = $1 AND classid::bigint = $2 AND objsubid = 2 AND granted",
            &[&pid, &i64::from(class.cast_unsigned())],
        )?;
        if held {
            return Ok(());
        }
        Err(StoreError::Setup(
            "the lock of this pass is held on another server than the one that it writes to, so that it keeps no other \
             pass out; point DATABASE_URL at the primary alone, without a balancer that spreads connections"
                .into(),
        ))
    }

    /// Cancels what the PostgreSQL backend `pid` is doing; does nothing on SQLite. Returns whether the signal was sent.
    ///
    /// # Errors
    /// What the database said; the lock stays held unless that is [`StoreError::Gone`].
    pub(crate) fn cancel_backend(&mut self, pid: i32) -> Result<bool, StoreError> {
        let Holder::Postgres(connection) = &mut self.0 else { return Ok(false) };
        // In a savepoint, because an error would otherwise end the transaction and free the lock.
        connection.transaction(|connection| {
            let sent = connection.values("SELECT pg_cancel_backend($1) AS value", &[&pid])?;
            Ok(sent.contains(&true))
        })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Holder::Postgres(connection) = &mut self.0 {
            // Free at once, rather than when the server notices the disconnect; a lost connection freed it before.
            let _ = connection.roll_back();
        }
    }
}

/// Waits until no other migration runs on this database; to be called in the migrations' transaction.
pub(super) fn serialize_migrations(connection: &mut Connection) -> Result<(), StoreError> {
    match connection {
        Connection::Postgres(..) => {
            let class = class(connection);
            connection.run("SELECT pg_advisory_xact_lock($1, $2)", &[&class, &MIGRATIONS]).map(drop)
        }
        // The transaction's own write lock does it.
        Connection::Sqlite(_) => Ok(()),
    }
}

/// First half of the key: two installations in one database, each with a `DATABASE_SCHEMA`, don't exclude each other.
fn class(connection: &Connection) -> i32 {
    let Connection::Postgres(_, session) = connection else { return POSTGRES_CLASS };
    let named = session.home.schema.as_deref().filter(|_| session.home.is_named);
    named.map_or(POSTGRES_CLASS, |schema| {
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(format!("examsync lock {schema}")));
        i32::from_be_bytes([a, b, c, d])
    })
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
/// [`StoreError::Setup`] as of [`try_take`].
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
pub(crate) fn files(database: &Path) -> Vec<PathBuf> {
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
        return Err(unusable(&path, &"it is no plain file"));
    }
    match file.try_lock() {
        Ok(()) if locks::keep_others_out(&path).map_err(|error| unusable(&path, &error))? => Ok(Some(file)),
        Ok(()) => Err(locks::without(&path, &"a lock that is held is given to another holder")),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) if locks::has_none(&error) => Err(locks::without(&path, &error)),
        Err(TryLockError::Error(error)) => Err(unusable(&path, &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn one_holder_per_type_whatever_the_file_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        let at = |path: &Path| Location::Sqlite {
            path: path.into(),
            default: false,
            group: None,
            busy_timeout: Duration::ZERO,
        };
        at(&path).make().unwrap();
        let alias = folder.path().join("alias");
        std::os::unix::fs::symlink(&path, &alias).unwrap();

        let held = |tried: &Try| match tried {
            Try::Taken(_) => None,
            Try::Held(sync_type, _) => Some(*sync_type),
        };
        let halls = try_take(&at(&path), &[SyncType::ExamHalls, SyncType::HallRooms]).unwrap();
        assert_eq!(held(&halls), None);
        let rooms = Some(SyncType::HallRooms);
        assert_eq!(held(&try_take(&at(&alias), &[SyncType::HallRooms]).unwrap()), rooms);
        assert_eq!(
            held(&try_take(&at(&path), &[SyncType::Participants, SyncType::HallRooms]).unwrap()),
            rooms
        );
        assert_eq!(held(&try_take(&at(&path), &[SyncType::Participants]).unwrap()), None);
        drop(halls);
        assert_eq!(held(&try_take(&at(&alias), &[SyncType::HallRooms]).unwrap()), None);
        assert!(folder.path().join("db.hall_rooms.lock").exists());
    }
}
