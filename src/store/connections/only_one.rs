//! Why no second connection can be opened, where no later try can help.

use std::thread;
use std::time::Duration;

use super::Connections;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The role or database that may have one connection only, as ALTER names it.
const ONLY_ONE: &str = "SELECT CASE WHEN r.rolconnlimit = 1 THEN 'ROLE ' || quote_ident(r.rolname)
                                    ELSE 'DATABASE ' || quote_ident(d.datname) END AS value
     FROM pg_catalog.pg_roles AS r, pg_catalog.pg_database AS d
     WHERE r.rolname = session_user AND d.datname = current_database() AND 1 IN (r.rolconnlimit, d.datconnlimit)";

/// What a server says to a connection that it does not take, where it says nothing.
const HUNG_UP: &str = "closed the connection unexpectedly";
/// How often it is asked again, and the pause before that.
const TRIES: u32 = 2;
const BETWEEN_TRIES: Duration = Duration::from_millis(200);

impl Connections {
    /// The error as [`StoreError::Setup`] where the role, the database or the server may have one connection only. It
    /// is asked on an idle one.
    #[must_use]
    pub(crate) fn explain(&self, error: StoreError) -> StoreError {
        let explained = match &error {
            StoreError::TooManyConnections(_) => self.limited(),
            StoreError::Unreachable(text) if text.contains(HUNG_UP) => self.one_at_a_time(text),
            _ => None,
        };
        explained.unwrap_or(error)
    }

    fn limited(&self) -> Option<StoreError> {
        let mut connection = self.take().ok()?;
        let limited: String = connection.values(ONLY_ONE, &[]).ok()?.pop()?;
        self.put_back(connection);
        Some(StoreError::Setup(format!(
            "a pass needs two connections, one of them for its lock, and CONNECTION LIMIT allows one; run in psql: ALTER \
             {limited} CONNECTION LIMIT 10;"
        )))
    }

    /// A server that lives hangs up on every further connection.
    fn one_at_a_time(&self, said: &str) -> Option<StoreError> {
        let mut connection = self.idle()?;
        for _ in 0..TRIES {
            thread::sleep(BETWEEN_TRIES);
            connection.backend_pid().ok()?;
            if !matches!(Connection::open(&self.location), Err(StoreError::Unreachable(text)) if text.contains(HUNG_UP))
            {
                self.put_back(connection);
                return None;
            }
        }
        Some(StoreError::Setup(format!(
            "a pass needs two connections, one of them for its lock, and this server takes one at a time (as PGlite does): \
             {said}; use a PostgreSQL server"
        )))
    }
}
