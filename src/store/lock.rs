//! The lock of a pass: one per sync type and database, freed when its holder dies (contract §7, item 1).

mod files;
mod holder;

use std::fs::File;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

pub(crate) use self::files::{lock_files, require_lockable};
pub(crate) use self::holder::LockHolder;
use super::connection::{Connection, Location};
use super::connections::Connections;
use super::error::StoreError;
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
        /// See [`Lock::try_more`].
        more: Vec<File>,
    },
}

/// A lock that another process holds, and on PostgreSQL this session.
pub(crate) type HeldByOther = (SyncType, Option<LockHolder>);

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
/// Whatever keeps the database, or the lock's file, from being opened. Behind a pooler that has nothing free,
/// [`StoreError::TooManyConnections`] after `limit`.
pub(crate) fn try_take(
    connections: &Connections,
    types: &[SyncType],
    limit: Duration,
) -> Result<Try, StoreError> {
    match connections.location() {
        Location::Postgres { .. } => {
            let mut connection = connections.take_for_lock()?.begun_within(limit)?;
            Ok(match take_on(&mut connection, types)? {
                Some((sync_type, holder)) => {
                    connection.roll_back()?;
                    Try::Held(sync_type, holder)
                }
                None => Try::Taken(Lock(Holder::Postgres(connection))),
            })
        }
        Location::Sqlite { path, .. } => Ok(match files::take(path, types)? {
            Ok(files) => Try::Taken(Lock(Holder::Sqlite { _files: files, more: Vec::new() })),
            Err(held) => Try::Held(held, None),
        }),
    }
}

/// Takes the locks in the transaction under way; the first that another session holds, where there is one.
fn take_on(connection: &mut Connection, types: &[SyncType]) -> Result<Option<HeldByOther>, StoreError> {
    let class = class(connection);
    for sync_type in types {
        // A standby gives locks of its own, which keep no one out who asks the primary.
        let taken: Vec<i32> = connection.values(
            "SELECT CASE WHEN pg_is_in_recovery() THEN 2 WHEN pg_try_advisory_xact_lock($1, $2) THEN 1 ELSE 0 END
                 AS value",
            &[&class, &sync_type.lock_id()],
        )?;
        if taken.contains(&2) {
            return Err(StoreError::read_only("this server is a standby, which gives no pass its lock"));
        }
        if !taken.contains(&1) {
            return Ok(Some((*sync_type, LockHolder::find(connection, class, sync_type.lock_id())?)));
        }
    }
    Ok(None)
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
            "the lock of this pass is held on another server than the one that it writes to, so that it does \
             not keep other passes out; point DATABASE_URL at the primary alone, without a balancer that \
             spreads connections"
                .into(),
        ))
    }

    /// Takes the locks of `types`, too, all or none, without a further connection; the first that another process holds,
    /// where there is one. [`Lock::release_more`] gives them back.
    ///
    /// # Errors
    /// As of [`try_take`].
    pub(crate) fn try_more(
        &mut self,
        location: &Location,
        types: &[SyncType],
    ) -> Result<Option<HeldByOther>, StoreError> {
        match (&mut self.0, location) {
            (Holder::Postgres(connection), _) => {
                // What is locked after a savepoint is free again when it is rolled back to.
                connection.begin()?;
                let taken = take_on(connection, types);
                if !matches!(taken, Ok(None)) {
                    connection.roll_back()?;
                }
                taken
            }
            (Holder::Sqlite { more, .. }, Location::Sqlite { path, .. }) => {
                match files::take(path, types)? {
                    Ok(files) => more.extend(files),
                    Err(held) => return Ok(Some((held, None))),
                }
                Ok(None)
            }
            (Holder::Sqlite { .. }, Location::Postgres { .. }) => {
                Err(StoreError::Other("the lock is one of another database".into()))
            }
        }
    }

    /// Gives back what [`Lock::try_more`] took.
    pub(crate) fn release_more(&mut self) {
        match &mut self.0 {
            // A lost connection has freed them.
            Holder::Postgres(connection) => drop(connection.roll_back()),
            Holder::Sqlite { more, .. } => more.clear(),
        }
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn one_holder_per_type_whatever_the_file_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        let at = |path: &Path| {
            let (path, busy_timeout) = (path.into(), Duration::ZERO);
            Connections::new(Location::Sqlite { path, default: false, group: None, busy_timeout })
        };
        at(&path).location().make().unwrap();
        let alias = folder.path().join("alias");
        std::os::unix::fs::symlink(&path, &alias).unwrap();

        let held = |tried: &Try| match tried {
            Try::Taken(_) => None,
            Try::Held(sync_type, _) => Some(*sync_type),
        };
        let halls =
            try_take(&at(&path), &[SyncType::ExamHalls, SyncType::HallRooms], Duration::ZERO).unwrap();
        assert_eq!(held(&halls), None);
        let rooms = Some(SyncType::HallRooms);
        assert_eq!(held(&try_take(&at(&alias), &[SyncType::HallRooms], Duration::ZERO).unwrap()), rooms);
        assert_eq!(
            held(
                &try_take(&at(&path), &[SyncType::Participants, SyncType::HallRooms], Duration::ZERO)
                    .unwrap()
            ),
            rooms
        );
        assert_eq!(held(&try_take(&at(&path), &[SyncType::Participants], Duration::ZERO).unwrap()), None);
        drop(halls);
        assert_eq!(held(&try_take(&at(&alias), &[SyncType::HallRooms], Duration::ZERO).unwrap()), None);
        assert!(folder.path().join("db.hall_rooms.lock").exists());
    }
}
