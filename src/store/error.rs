//! What can go wrong with the database: one variant per reaction of the caller.

mod classify;
mod connect;
mod violation;

use diesel::result::{ConnectionError, DatabaseErrorKind, Error};

use self::classify::{from_text, idle_limit, one_line, read_only};
use self::connect::from_connect_text;
use crate::exit::{Failure, FailureKind};

/// Where a cure is about the role of the session: its name takes the place of the dots.
pub(super) const THIS_ROLE: &str = "ALTER ROLE …";

/// A failure of the database. The text is what the database said, on one line; it never holds a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// User, password or the server's access rules; trying again is no use. The text says what to check.
    #[error("the database refused the login: {0}")]
    LoginRefused(String),
    /// TLS was asked for and can't be trusted, or is not there. The text is the whole sentence.
    #[error("{0}")]
    TlsNotTrusted(String),
    /// No connection could be made; a later try may succeed.
    #[error("the database can't be reached: {0}; check that it runs")]
    Unreachable(String),
    /// The role or the database has all the connections that it may have.
    #[error(
        "all connections that the database allows are in use: {0}; close others, or raise the limit (a pass needs two)"
    )]
    TooManyConnections(String),
    /// An existing connection was lost; whether a running commit happened is not known.
    #[error("the connection to the database was lost: {0}")]
    Gone(String),
    /// Serialization failure or deadlock: the transaction may be tried again at once.
    #[error("another transaction got in the way: {0}")]
    Contended(String),
    /// Another session held a lock on a table or row for longer than `lock_timeout`.
    #[error("another session holds a lock in the database: {0}; pg_locks shows which")]
    LockTimeout(String),
    /// Another program wrote to the SQLite file for longer than the busy timeout.
    #[error("the SQLite file is busy, another program is writing to it: {0}")]
    Busy(String),
    /// A statement was cancelled: by `statement_timeout`, by a person, or by us.
    #[error("a database statement was cancelled: {0}")]
    Cancelled(String),
    /// Disk, memory or lock table are full.
    #[error("the database has run out of space: {0}; free some")]
    Exhausted(String),
    /// Something has to be set up by a person; the text is the whole sentence.
    #[error("{0}")]
    Setup(String),
    /// What another program put on our tables refused a row; the text is the whole sentence.
    #[error("{0}")]
    Stopped(String),
    /// The file is damaged, or is no SQLite database at all.
    #[error(
        "the file is damaged or not a SQLite database: {0}; check the path in DATABASE_URL, or restore a \
         backup"
    )]
    Corrupt(String),
    /// The database refused a statement, and its message alone does not say whether that is another program's doing:
    /// [`crate::store::tables::explain`] looks at the tables for it.
    #[error("unexpected database error: {0}")]
    Refused(String),
    /// A defect, or a case that was not foreseen.
    #[error("unexpected database error: {0}")]
    Other(String),
}

impl StoreError {
    /// For a server that takes no writes.
    pub(super) fn read_only(text: &str) -> Self {
        read_only(text)
    }

    /// The error with another text.
    #[must_use]
    pub(super) fn map_text(mut self, change: impl FnOnce(String) -> String) -> Self {
        let (StoreError::LoginRefused(text)
        | StoreError::TlsNotTrusted(text)
        | StoreError::Unreachable(text)
        | StoreError::TooManyConnections(text)
        | StoreError::Gone(text)
        | StoreError::Contended(text)
        | StoreError::LockTimeout(text)
        | StoreError::Busy(text)
        | StoreError::Cancelled(text)
        | StoreError::Exhausted(text)
        | StoreError::Setup(text)
        | StoreError::Stopped(text)
        | StoreError::Corrupt(text)
        | StoreError::Refused(text)
        | StoreError::Other(text)) = &mut self;
        *text = change(std::mem::take(text));
        self
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let kind = match error {
            StoreError::LoginRefused(_) | StoreError::TlsNotTrusted(_) => FailureKind::Auth,
            StoreError::Setup(_) | StoreError::Stopped(_) | StoreError::Corrupt(_) => FailureKind::Setup,
            StoreError::Refused(_) | StoreError::Other(_) => FailureKind::Internal,
            StoreError::Unreachable(_)
            | StoreError::TooManyConnections(_)
            | StoreError::Gone(_)
            | StoreError::Contended(_)
            | StoreError::LockTimeout(_)
            | StoreError::Busy(_)
            | StoreError::Cancelled(_)
            | StoreError::Exhausted(_) => FailureKind::Temporary,
        };
        Failure::new(kind, error.to_string())
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::DatabaseError(kind, information) => {
                // Names only: the detail field would quote row values, which are personal data.
                let text = one_line(information.message());
                let from_kind = |text| from_kind(kind, text);
                violation::from_information(kind, &*information, &text).unwrap_or_else(|| from_kind(text))
            }
            Error::BrokenTransactionManager => StoreError::Gone("the transaction can't go on".into()),
            Error::RollbackErrorOnCommit { commit_error, .. } => (*commit_error).into(),
            // The bytes around a NUL could be anything: none of them is shown.
            Error::InvalidCString(_) => StoreError::Other("a statement holds a NUL character".into()),
            // COPY's own writer fails with what libpq said, so the text is looked at as any other.
            Error::SerializationError(error) => from_text(one_line(&error.to_string())),
            Error::DeserializationError(error) => classify::from_unreadable(one_line(&error.to_string())),
            other => StoreError::Other(one_line(&other.to_string())),
        }
    }
}

impl From<ConnectionError> for StoreError {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::BadConnection(text) => from_connect_text(&text),
            ConnectionError::CouldntSetupConfiguration(error) => error.into(),
            _ => StoreError::Setup(
                "DATABASE_URL can't be read; see `examsync help settings` for its form".into(),
            ),
        }
    }
}

fn from_kind(kind: DatabaseErrorKind, text: String) -> StoreError {
    match kind {
        DatabaseErrorKind::SerializationFailure => StoreError::Contended(text),
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            idle_limit(&text).unwrap_or(StoreError::Gone(text))
        }
        DatabaseErrorKind::ReadOnlyTransaction => read_only(&text),
        // A room was moved by another pass between this one's comparing and its writing.
        DatabaseErrorKind::ForeignKeyViolation => StoreError::Contended(text),
        DatabaseErrorKind::UniqueViolation
        | DatabaseErrorKind::NotNullViolation
        | DatabaseErrorKind::CheckViolation
        | DatabaseErrorKind::RestrictViolation
        | DatabaseErrorKind::ExclusionViolation => StoreError::Refused(text),
        _ => from_text(text),
    }
}
