//! What can go wrong with the database: one variant per reaction of the caller.

use diesel::result::{ConnectionError, DatabaseErrorKind, Error};

use crate::exit::{Failure, Kind};

/// A failure of the database. The text is what the database said, on one line; it never holds a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// User, password or the server's access rules; trying again is no use.
    #[error("the database refused the login: {0}; check user and password in DATABASE_URL")]
    LoginRefused(String),
    /// TLS was asked for and can't be trusted.
    #[error("TLS to the database is not trusted: {0}; name the CA with sslrootcert=FILE in DATABASE_URL")]
    TlsNotTrusted(String),
    /// No connection could be made; a later try may succeed.
    #[error("the database can't be reached: {0}; check that it runs, then run this again")]
    Unreachable(String),
    /// An existing connection was lost; whether a running commit happened is not known.
    #[error("the connection to the database was lost: {0}; run this again")]
    Gone(String),
    /// Serialization failure or deadlock: the transaction may be tried again at once.
    #[error("another transaction got in the way: {0}; run this again")]
    Contended(String),
    /// Somebody else held a lock on a table or row for longer than `lock_timeout`.
    #[error("somebody else holds a lock in the database: {0}; see pg_locks for who, then run this again")]
    LockTimeout(String),
    /// Another program wrote to the SQLite file for longer than the busy timeout.
    #[error("the SQLite file is busy, another program is writing to it: {0}; run this again")]
    Busy(String),
    /// A statement was cancelled: by `statement_timeout`, by a person, or by us.
    #[error("a database statement was cancelled: {0}; run this again")]
    Cancelled(String),
    /// Disk, memory or lock table are full.
    #[error("the database has run out of room: {0}; make room, then run this again")]
    Exhausted(String),
    /// Something has to be set up by a person; the text is the whole sentence.
    #[error("{0}")]
    Setup(String),
    /// The file is damaged, or is no SQLite database at all.
    #[error(
        "the file is damaged or no SQLite database: {0}; check the path in DATABASE_URL, or restore a backup"
    )]
    Corrupt(String),
    /// A defect, or something nobody thought of.
    #[error("unexpected database error: {0}")]
    Other(String),
}

impl StoreError {
    /// The error that a message of the database stands for, where only the message is left.
    pub(super) fn from_text(text: &str) -> Self {
        from_text(one_line(text))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let kind = match error {
            StoreError::LoginRefused(_) | StoreError::TlsNotTrusted(_) => Kind::Auth,
            StoreError::Setup(_) | StoreError::Corrupt(_) => Kind::Setup,
            StoreError::Other(_) => Kind::Internal,
            StoreError::Unreachable(_)
            | StoreError::Gone(_)
            | StoreError::Contended(_)
            | StoreError::LockTimeout(_)
            | StoreError::Busy(_)
            | StoreError::Cancelled(_)
            | StoreError::Exhausted(_) => Kind::Temporary,
        };
        Failure::new(kind, error.to_string())
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::DatabaseError(kind, information) => {
                let mut text = one_line(information.message());
                // Names only: the detail field would quote row values, which are personal data.
                if let Some(constraint) = information.constraint_name().filter(|name| !text.contains(name)) {
                    text.push_str(&format!(" (constraint {constraint})"));
                }
                from_kind(kind, text)
            }
            Error::BrokenTransactionManager => StoreError::Gone("the transaction can't go on".into()),
            Error::RollbackErrorOnCommit { commit_error, .. } => (*commit_error).into(),
            // The bytes around a NUL could be anything: none of them is shown.
            Error::InvalidCString(_) => StoreError::Other("a statement holds a NUL character".into()),
            // COPY's own writer fails with what libpq said, so the text is looked at as any other.
            Error::SerializationError(error) => from_text(one_line(&error.to_string())),
            other => StoreError::Other(one_line(&other.to_string())),
        }
    }
}

impl From<ConnectionError> for StoreError {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::BadConnection(text) => from_connect_text(&text),
            ConnectionError::CouldntSetupConfiguration(error) => error.into(),
            _ => StoreError::Setup("DATABASE_URL can't be read; see README for its form".into()),
        }
    }
}

fn from_kind(kind: DatabaseErrorKind, text: String) -> StoreError {
    match kind {
        DatabaseErrorKind::SerializationFailure => StoreError::Contended(text),
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            StoreError::Gone(text)
        }
        DatabaseErrorKind::ReadOnlyTransaction => read_only(&text),
        // A room was moved by another pass between this one's comparing and its writing.
        DatabaseErrorKind::ForeignKeyViolation => StoreError::Contended(text),
        DatabaseErrorKind::UniqueViolation
        | DatabaseErrorKind::NotNullViolation
        | DatabaseErrorKind::CheckViolation
        | DatabaseErrorKind::RestrictViolation
        | DatabaseErrorKind::ExclusionViolation => StoreError::Other(text),
        _ => from_text(text),
    }
}

/// diesel keeps no SQLSTATE for these kinds, so they are told by their text; every transaction asks
/// for English messages where the role may (see `postgres::begin_settings`).
fn from_text(text: String) -> StoreError {
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    if has(&["deadlock detected", "could not serialize access"]) {
        StoreError::Contended(text)
    } else if has(&["read-only transaction"]) {
        read_only(&text)
    } else if has(&["due to lock timeout", "could not obtain lock"]) {
        StoreError::LockTimeout(text)
    } else if has(&["canceling statement", "canceling autovacuum"]) {
        StoreError::Cancelled(text)
    } else if has(&["permission denied", "must be owner of"]) {
        StoreError::Setup(format!("the database role may not do this: {text}; grant it, see README"))
    } else if has(&["database is locked", "table is locked"]) {
        StoreError::Busy(text)
    } else if has(&["readonly database"]) {
        StoreError::Setup(format!(
            "the SQLite file can't be written: {text}; check its owner and its folder's"
        ))
    } else if has(&["unable to open database"]) {
        StoreError::Setup(format!(
            "the SQLite file can't be opened: {text}; check its owner and its folder's"
        ))
    } else if has(&[
        "No space left",
        "disk is full",
        "out of memory",
        "out of shared memory",
        "could not extend",
    ]) {
        StoreError::Exhausted(text)
    } else if has(&["disk image is malformed", "not a database"]) {
        StoreError::Corrupt(text)
    } else if has(&[
        "terminating connection",
        "server closed the connection",
        "connection has been closed",
        "no connection to the server",
        "could not receive data",
        "could not send data",
        "SSL SYSCALL",
        "server conn crashed",
        "the database system is",
    ]) {
        StoreError::Gone(text)
    } else {
        StoreError::Other(text)
    }
}

fn read_only(text: &str) -> StoreError {
    StoreError::Setup(format!(
        "the database is read-only: {text}; point DATABASE_URL at the primary, with several hosts add \
         target_session_attrs=read-write"
    ))
}

fn from_connect_text(text: &str) -> StoreError {
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    // Such a message is about the URL's own text and may quote a piece of a password from it.
    const UNREADABLE: &[&str] = &[
        "invalid ",
        "missing ",
        "extra ",
        "unexpected ",
        "forbidden ",
        "end of string",
        "IPv6 host",
        "could not match",
    ];
    if UNREADABLE.iter().any(|start| text.starts_with(start)) {
        let said = text.split(['"', '\n']).next().unwrap_or_default().trim_end_matches([' ', ':']);
        return StoreError::Setup(format!(
            "DATABASE_URL can't be read: {said}; write special characters of user and password as %XX"
        ));
    }
    let said = one_line(text);
    if has(&["unable to open database"]) {
        StoreError::Setup(format!(
            "the SQLite file can't be opened: {said}; check its path, owner and folder"
        ))
    } else if has(&[
        "certificate verify failed",
        "does not match host name",
        "root certificate file",
        "certificate authority",
        "server does not support SSL",
        "weak sslmode",
        "private key file",
        "certificate file",
    ]) {
        StoreError::TlsNotTrusted(said)
    } else if has(&[
        "authentication failed",
        "password supplied",
        "no pg_hba.conf entry",
        "pg_hba.conf rejects",
        "not permitted to log in",
        "no such user",
        "requires a valid client certificate",
        "authentication method requirement",
    ]) || (has(&["role \""]) && has(&["does not exist"]))
    {
        StoreError::LoginRefused(said)
    } else if has(&["no such database"])
        || (has(&["database \""]) && has(&["does not exist", "not currently accepting"]))
    {
        StoreError::Setup(format!("{said}; create the database, or correct DATABASE_URL"))
    } else if has(&["permission denied for database", "definition of service", "service file"]) {
        StoreError::Setup(format!("{said}; grant CONNECT, or correct DATABASE_URL"))
    } else {
        StoreError::Unreachable(said)
    }
}

/// The text of libpq, which breaks its lines, on one.
fn one_line(text: &str) -> String {
    let printable = text.replace(|c: char| c.is_control(), " ");
    printable.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connect(text: &str) -> StoreError {
        ConnectionError::BadConnection(text.into()).into()
    }

    #[test]
    fn connect_errors_are_told_apart() {
        let at = "connection to server at \"db\" (10.0.0.1), port 5432 failed: ";
        let refused = connect(&format!("{at}FATAL:  password authentication failed for user \"u\"\n"));
        assert!(matches!(&refused, StoreError::LoginRefused(text) if !text.contains("  ")), "{refused:?}");
        assert!(matches!(
            connect(&format!("{at}FATAL:  role \"u\" does not exist")),
            StoreError::LoginRefused(_)
        ));
        assert!(matches!(
            connect(&format!("{at}FATAL:  database \"x\" does not exist")),
            StoreError::Setup(_)
        ));
        assert!(matches!(connect(&format!("{at}Connection refused\n\tIs it?")), StoreError::Unreachable(_)));
        assert!(matches!(connect(&format!("{at}session is read-only")), StoreError::Unreachable(_)));
        let untrusted =
            connect(&format!("{at}SSL error: certificate verify failed: self-signed certificate"));
        assert_eq!(Failure::from(untrusted).kind, Kind::Auth);
    }

    #[test]
    fn a_message_about_the_url_shows_no_piece_of_it() {
        for text in [
            "invalid percent-encoded token: \"100%sesame\"\n",
            "invalid integer value \"sesame\" for connection option \"port\"\n",
            "missing key/value separator \"=\" in URI query parameter: \"sesame\"\n",
        ] {
            let failure = Failure::from(connect(text));
            assert_eq!(failure.kind, Kind::Setup);
            assert!(!failure.message.contains("sesame"), "{failure}");
        }
    }

    #[test]
    fn statement_errors_are_told_apart() {
        let kind = |text: &str| Failure::from(from_text(text.into())).kind;
        assert_eq!(kind("deadlock detected"), Kind::Temporary);
        assert_eq!(kind("canceling statement due to lock timeout"), Kind::Temporary);
        assert!(matches!(
            from_text("canceling statement due to statement timeout".into()),
            StoreError::Cancelled(_)
        ));
        assert_eq!(kind("permission denied for table rooms"), Kind::Setup);
        assert_eq!(kind("file is not a database"), Kind::Setup);
        assert_eq!(kind("could not write: No space left on device"), Kind::Temporary);
        assert_eq!(kind("syntax error at or near \"x\""), Kind::Internal);
    }
}
