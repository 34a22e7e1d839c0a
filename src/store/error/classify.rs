//! What a database's messages mean, where it gives nothing but messages.

use super::{StoreError, THIS_ROLE};

/// diesel keeps no SQLSTATE for these kinds, so they are recognised by their text; every transaction asks
/// for English messages where the role may (see `postgres::begin_settings`).
pub(super) fn from_text(text: String) -> StoreError {
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    if let Some(error) = of_sqlite(&text) {
        error
    } else if let Some(error) = idle_limit(&text) {
        error
    } else if has(&["deadlock detected", "could not serialize access"]) {
        StoreError::Contended(text)
    } else if has(&["read-only transaction"]) {
        read_only(&text)
    } else if has(&["due to lock timeout", "could not obtain lock"]) {
        StoreError::LockTimeout(text)
    } else if has(&["canceling statement", "canceling autovacuum"]) {
        StoreError::Cancelled(text)
    } else if has(&["row-level security policy"]) {
        StoreError::Stopped(format!(
            "row-level security of another program stops the pass: {text}; as a superuser, run in psql: {THIS_ROLE} BYPASSRLS; \
             or let this role own the tables"
        ))
    } else if has(&["must be owner of"]) {
        StoreError::Setup(format!(
            "the database role may not do this: {text}; run it as the role that owns the tables"
        ))
    } else if has(&["permission denied"]) {
        StoreError::Setup(format!(
            "the database role may not do this: {text}; grant it, see `examsync help postgresql`"
        ))
    } else if has(&["matching the ON CONFLICT", "ON CONFLICT clause does not match", "foreign key mismatch"])
    {
        StoreError::Setup(format!(
            "another program dropped a key of examsync's tables: {text}; make buildings unique by (external_id), rooms by \
             (external_id) and by (id, building_id), alert_scopes by (command, scope) and validators by (base_url, request) \
             again"
        ))
    } else if has(&["temp_file_limit"]) {
        StoreError::Setup(format!(
            "a limit of the database is too low for a pass: {text}; raise it for examsync's role"
        ))
    } else if has(&[
        "No space left",
        "disk is full",
        "out of memory",
        "out of shared memory",
        "could not extend",
    ]) {
        StoreError::Exhausted(text)
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
        StoreError::Refused(text)
    }
}

/// A limit of a pooler that ends transactions in which nothing runs: the lock's is one for as long as the feed takes.
pub(super) fn idle_limit(text: &str) -> Option<StoreError> {
    text.contains("idle transaction timeout").then(|| {
        StoreError::Setup(format!(
            "the pooler ends transactions that wait for the feed: {text}; set idle_transaction_timeout in pgbouncer.ini to 0, \
             or above SYNC_DEADLINE"
        ))
    })
}

/// What SQLite's own messages mean; `None` for any others.
fn of_sqlite(text: &str) -> Option<StoreError> {
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    Some(if has(&["no such function: ", "no such collation sequence: ", "no such module: "]) {
        StoreError::Stopped(format!(
            "something that another program put into the file needs what examsync's SQLite does not have: {text}; drop it"
        ))
    } else if has(&["malformed JSON"]) {
        StoreError::Setup(format!(
            "a row holds text that is no JSON where JSON should be: {text}; another program wrote that: correct the row"
        ))
    } else if has(&["malformed database schema"]) {
        StoreError::Setup(format!(
            "something in the file can't be read: {text}; drop it, or restore a backup"
        ))
    } else if has(&["locking protocol", "disk I/O error"]) {
        StoreError::Setup(format!(
            "the SQLite file can't be read, written or locked where it is: {text}; put it on a local disk, whose file \
             system locks files"
        ))
    } else if has(&["database is locked", "table is locked"]) {
        StoreError::Busy(text.to_owned())
    } else if has(&["readonly database"]) {
        StoreError::Setup(format!(
            "the SQLite file can't be written: {text}; check its owner and its folder's"
        ))
    } else if has(&["unable to open database"]) {
        StoreError::Setup(format!(
            "the SQLite file can't be opened: {text}; check its owner and its folder's"
        ))
    } else if has(&["disk image is malformed", "not a database"]) {
        StoreError::Corrupt(text.to_owned())
    } else {
        return None;
    })
}

/// A value that can't be read for another reason than `store::values` knows: another program gave its column another
/// type, say.
pub(super) fn from_unreadable(text: String) -> StoreError {
    if text.contains("accidentally marked as") { StoreError::Refused(text) } else { StoreError::Other(text) }
}

/// The answer of a server that takes no writes.
pub(super) fn read_only(text: &str) -> StoreError {
    StoreError::Setup(format!(
        "the database is read-only: {text}; point DATABASE_URL at the primary, with several hosts add \
         target_session_attrs=read-write{}",
        match text.contains("read-only transaction") {
            true => format!(
                " (where it is the primary, run in psql: {THIS_ROLE} SET default_transaction_read_only = off)"
            ),
            false => String::new(),
        }
    ))
}

/// The text of libpq, which breaks its lines, on one.
pub(super) fn one_line(text: &str) -> String {
    let printable = text.replace(|c: char| c.is_control(), " ");
    printable.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::{Failure, FailureKind};

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
        assert_eq!(kind("temporary file size exceeds temp_file_limit (1024kB)"), FailureKind::Setup);
        assert_eq!(kind("locking protocol"), FailureKind::Setup);
        assert!(matches!(from_text("syntax error at or near \"x\"".into()), StoreError::Refused(_)));
    }

    #[test]
    fn a_policy_that_refuses_a_row_is_another_programs() {
        let text = "new row violates row-level security policy for table \"rooms\"";
        assert!(matches!(from_text(text.into()), StoreError::Stopped(_)));
    }
}
