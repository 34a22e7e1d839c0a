//! Open connections that are idle at the moment: making one, and what it must learn of the catalogue, costs
//! a small pass more than its work.

use std::sync::{Arc, Mutex, PoisonError};

use super::connection::{Connection, Location};
use super::error::StoreError;

/// The role or database that may have one connection only, as ALTER names it.
const ONLY_ONE: &str = "SELECT CASE WHEN r.rolconnlimit = 1 THEN 'ROLE ' || quote_ident(r.rolname)
                                    ELSE 'DATABASE ' || quote_ident(d.datname) END AS value
     FROM pg_catalog.pg_roles AS r, pg_catalog.pg_database AS d
     WHERE r.rolname = session_user AND d.datname = current_database() AND 1 IN (r.rolconnlimit, d.datconnlimit)";

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

    /// The error as [`StoreError::Setup`] where the role, or the database, may have one connection only: then no later try
    /// can help. It is asked on an idle one.
    #[must_use]
    pub(crate) fn explain(&self, error: StoreError) -> StoreError {
        if !matches!(error, StoreError::TooManyConnections(_)) {
            return error;
        }
        let asked = self.take().and_then(|mut connection| {
            let limited = connection.values::<String>(ONLY_ONE, &[])?;
            self.put_back(connection);
            Ok(limited)
        });
        match asked.ok().and_then(|mut limited| limited.pop()) {
            Some(limited) => StoreError::Setup(format!(
                "a pass needs two connections, one of them for its lock, and CONNECTION LIMIT allows one; run in psql: \
                 ALTER {limited} CONNECTION LIMIT 10;"
            )),
            None => error,
        }
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
