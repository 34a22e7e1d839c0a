//! Open connections that are idle at the moment: making one, and what it must learn of the catalogue, costs
//! a small pass more than its work.

mod only_one;

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::connection::{Connection, Location};
use super::error::StoreError;

/// How long a connection may take that is only used where it can be had at once.
const AT_ONCE: Duration = Duration::from_secs(1);
/// The longest wait between two tries to have connections.
const BETWEEN_TRIES: Duration = Duration::from_millis(500);

/// The connections of one command to one database.
#[derive(Clone)]
pub(crate) struct Connections {
    location: Location,
    idle: Arc<Mutex<Vec<Connection>>>,
    /// The one that is opened for the lock, until the lock is taken.
    for_lock: Arc<Mutex<Option<JoinHandle<Option<Connection>>>>>,
}

impl Connections {
    /// None is open yet.
    pub(crate) fn new(location: Location) -> Self {
        Self { location, idle: Arc::default(), for_lock: Arc::default() }
    }

    /// The database that they are to.
    pub(crate) fn location(&self) -> &Location {
        &self.location
    }

    /// An idle one, or a new one.
    ///
    /// # Errors
    /// See [`Connection::open`].
    pub(crate) fn take(&self) -> Result<Connection, StoreError> {
        self.idle().map_or_else(|| Connection::open(&self.location), Ok)
    }

    fn idle(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// As [`Connections::take`], where it can be had at once, also behind a pooler.
    ///
    /// # Errors
    /// [`StoreError::TooManyConnections`] where it can't; see [`Connection::open`].
    pub(crate) fn take_at_once(&self) -> Result<Connection, StoreError> {
        let idle = self.idle();
        let open = || Connection::open_within(&self.location, Some(AT_ONCE));
        ready_within(idle.map_or_else(open, Ok)?, AT_ONCE)
    }

    /// As [`Connections::take`]; a transaction on it can begin within `limit`.
    ///
    /// # Errors
    /// As of [`Connections::take_at_once`].
    pub(crate) fn take_within(&self, limit: Duration) -> Result<Connection, StoreError> {
        ready_within(self.take()?, limit)
    }

    /// Runs `open` until the database allows the connections that it takes, for about as long as a command is to wait for
    /// them. `open` is given the longest wait of one try. Between two tries this command has no connection, and the time is
    /// random, so that of two commands that want the last ones one gets through.
    ///
    /// # Errors
    /// The last error of `open`, explained.
    pub(crate) fn when_allowed<T>(
        &self,
        mut open: impl FnMut(Duration) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (since, patience) = (Instant::now(), self.location.patience());
        loop {
            let left = patience.saturating_sub(since.elapsed());
            let error = match open(left.min(patience.mul_f64(0.5 + fastrand::f64() / 2.0))) {
                Ok(opened) => return Ok(opened),
                Err(error) => self.explain(error),
            };
            if !matches!(error, StoreError::TooManyConnections(_)) || since.elapsed() >= patience {
                return Err(error);
            }
            tracing::debug!(%error, "a connection is waited for");
            self.forget();
            thread::sleep(left.min(BETWEEN_TRIES.mul_f64(0.1 + 0.9 * fastrand::f64())));
        }
    }

    /// Begins to open the connection to PostgreSQL that the lock of the pass needs, to the server of `working`. Where it can't
    /// be had, the lock opens its own, and reports why not.
    pub(crate) fn open_for_lock(&self, working: &Connection) {
        let Connection::Postgres(_, session) = working else { return };
        let (location, session) = (self.location.clone(), session.clone());
        let open = move || Connection::open_like(&location, session, AT_ONCE).ok();
        let opening = thread::Builder::new().spawn(open).ok();
        *self.for_lock.lock().unwrap_or_else(PoisonError::into_inner) = opening;
    }

    /// The connection of the lock, or a new one.
    ///
    /// # Errors
    /// See [`Connection::open`].
    pub(super) fn take_for_lock(&self) -> Result<Connection, StoreError> {
        self.opened_for_lock().map_or_else(|| Connection::open(&self.location), Ok)
    }

    fn opened_for_lock(&self) -> Option<Connection> {
        let opening = self.for_lock.lock().unwrap_or_else(PoisonError::into_inner).take();
        opening.and_then(|opening| opening.join().ok().flatten())
    }

    /// Gives one back that is outside of any transaction and has nothing temporary left.
    pub(crate) fn put_back(&self, connection: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }

    /// Closes the idle ones: when one is lost, the others may be.
    pub(crate) fn forget(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        drop(self.opened_for_lock());
    }
}

/// The connection, once a transaction has begun and ended on it within `limit`.
fn ready_within(connection: Connection, limit: Duration) -> Result<Connection, StoreError> {
    // On SQLite one waits for who writes, and not to have a connection.
    if let Connection::Sqlite(_) = connection {
        return Ok(connection);
    }
    let mut connection = connection.begun_within(limit)?;
    connection.roll_back()?;
    Ok(connection)
}
