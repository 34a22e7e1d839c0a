//! pgpool-II, which never ends a COPY as a pass sends it: found while the pass waits, and ended on the server, where the
//! statement would stay.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::pg::PgConnection;
use diesel::{Connection as _, RunQueryDsl as _};

use super::notices;
use super::session::Session;
use super::within::within;
use crate::store::error::StoreError;

const FOUND: &str = "pgpool-II stands between examsync and the server, and does not carry what a pass needs (COPY); point \
     DATABASE_URL at the server, or at several with target_session_attrs=read-write, or use pgbouncer";

#[derive(diesel::QueryableByName)]
struct Backend {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pid: i32,
}

/// What the watching thread sees.
#[derive(Default)]
struct State {
    /// Since when the COPY waits for an answer, or for what it sends to be taken.
    waits_since: Mutex<Option<Instant>>,
    is_pgpool: AtomicBool,
}

/// Watches one COPY.
pub(in crate::store) struct CopyWatch {
    state: Arc<State>,
    /// The watching ends with it.
    _watched: Sender<()>,
}

impl CopyWatch {
    /// For the next COPY of this connection.
    ///
    /// # Errors
    /// What the database said.
    fn start(connection: &mut PgConnection, url: String, patience: Duration) -> Result<Self, StoreError> {
        let backend: Backend =
            diesel::sql_query("SELECT pg_catalog.pg_backend_pid() AS pid").get_result(connection)?;
        let (watched, ends) = mpsc::channel::<()>();
        let state = Arc::new(State::default());
        let seen = Arc::clone(&state);
        let watching = thread::Builder::new().spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = ends.recv_timeout(patience / 8) {
                let since = *seen.waits_since.lock().unwrap_or_else(PoisonError::into_inner);
                if since.is_none_or(|since| since.elapsed() < patience / 2) {
                    continue;
                }
                if let Some(pgpool) = pgpool_at(url, patience) {
                    seen.is_pgpool.store(true, Ordering::Release);
                    end(pgpool, backend.pid);
                }
                return;
            }
        });
        watching.map_err(|error| StoreError::Exhausted(format!("no thread can be started: {error}")))?;
        let watch = Self { state, _watched: watched };
        watch.waits(true);
        Ok(watch)
    }

    /// Whether the COPY waits from now on.
    pub(in crate::store) fn waits(&self, waits: bool) {
        let mut since = self.state.waits_since.lock().unwrap_or_else(PoisonError::into_inner);
        *since = waits.then(Instant::now);
    }

    /// The error of the COPY, with its cause.
    pub(in crate::store) fn explain(&self, error: StoreError) -> StoreError {
        match self.state.is_pgpool.load(Ordering::Acquire) {
            true => StoreError::Setup(FOUND.into()),
            false => error,
        }
    }
}

/// What a COPY is sent to.
pub(in crate::store) struct Watched<'a> {
    /// diesel's.
    pub(in crate::store) sink: &'a mut dyn Write,
    /// Told before and after each piece.
    pub(in crate::store) watch: &'a CopyWatch,
}

impl Write for Watched<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.watch.waits(true);
        let written = self.sink.write(bytes);
        self.watch.waits(false);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// A connection at this URL, where pgpool-II answers there.
fn pgpool_at(url: String, patience: Duration) -> Option<PgConnection> {
    let (connected, _) = notices::collected(|| within(patience, move || PgConnection::establish(&url)));
    let mut connection = connected.ok()?.ok()?;
    // Any other server knows no such parameter.
    connection.batch_execute("SHOW pool_version").is_ok().then_some(connection)
}

/// Ends the statement that waits. pgpool-II takes the end of a backend for that of its server, unless it sees the number.
fn end(mut pgpool: PgConnection, pid: i32) {
    if let Err(error) = pgpool.batch_execute(&format!("SELECT pg_terminate_backend({pid})")) {
        tracing::warn!(%error, pid, "a COPY that pgpool-II does not end can't be ended on the server");
    }
}

impl Session {
    /// Watches the next COPY of this connection.
    ///
    /// # Errors
    /// What the database said.
    pub(in crate::store) fn watch_copy(
        &self,
        connection: &mut PgConnection,
    ) -> Result<CopyWatch, StoreError> {
        CopyWatch::start(connection, self.url(), self.patience())
    }
}
