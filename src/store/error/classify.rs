//! What the words of a database stand for, where it gives nothing but words.

use super::StoreError;

/// diesel keeps no SQLSTATE for these kinds, so they are recognised by their text; every transaction asks
/// for English messages where the role may (see `postgres::begin_settings`).
pub(super) fn from_text(text: String) -> StoreError {
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

/// The answer of a server that takes no writes.
pub(super) fn read_only(text: &str) -> StoreError {
    StoreError::Setup(format!(
        "the database is read-only: {text}; point DATABASE_URL at the primary, with several hosts add \
         target_session_attrs=read-write"
    ))
}

/// The error that the refusal of a connection stands for.
pub(super) fn from_connect_text(text: &str) -> StoreError {
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
pub(super) fn one_line(text: &str) -> String {
    let printable = text.replace(|c: char| c.is_control(), " ");
    printable.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use diesel::result::ConnectionError;

    use super::*;
    use crate::exit::{Failure, FailureKind};

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
        assert_eq!(Failure::from(untrusted).kind, FailureKind::Auth);
    }

    #[test]
    fn a_message_about_the_url_shows_no_piece_of_it() {
        for text in [
            "invalid percent-encoded token: \"100%sesame\"\n",
            "invalid integer value \"sesame\" for connection option \"port\"\n",
            "missing key/value separator \"=\" in URI query parameter: \"sesame\"\n",
        ] {
            let failure = Failure::from(connect(text));
            assert_eq!(failure.kind, FailureKind::Setup);
            assert!(!failure.message.contains("sesame"), "{failure}");
        }
    }

    #[test]
    fn statement_errors_are_told_apart() {
        let kind = |text: &str| Failure::from(from_text(text.into())).kind;
        assert_eq!(kind("deadlock detected"), FailureKind::Temporary);
        assert_eq!(kind("canceling statement due to lock timeout"), FailureKind::Temporary);
        assert!(matches!(
            from_text("canceling statement due to statement timeout".into()),
            StoreError::Cancelled(_)
        ));
        assert_eq!(kind("permission denied for table rooms"), FailureKind::Setup);
        assert_eq!(kind("file is not a database"), FailureKind::Setup);
        assert_eq!(kind("could not write: No space left on device"), FailureKind::Temporary);
        assert_eq!(kind("syntax error at or near \"x\""), FailureKind::Internal);
    }
}
