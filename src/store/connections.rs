//! Open connections that are idle at the moment: making one, and what it must learn of the catalogue, costs
//! a small pass more than its work.

use std::sync::{Arc, Mutex, PoisonError};

use super::connection::{Connection, Location};
use super::error::StoreError;

/// The connections of one command to one database.
#[derive(Clone)]
pub(crate) struct Connections {
    location: Location,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Connections {
    /// None is open yet.
    pub(crate) fn new(location: Location) -> Self {
        Self { location, idle: Arc::default() }
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
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| Connection::open(&self.location), Ok)
    }

    /// Gives one back that is outside of any transaction and has nothing temporary left.
    pub(crate) fn put_back(&self, connection: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }

    /// Closes the idle ones: when one is lost, the others may be.
    pub(crate) fn forget(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
