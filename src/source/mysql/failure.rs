//! What an error of a MySQL source means for the operator. A server's own words are not repeated: they may quote what a
//! table holds. Only the names of tables and columns are taken from them, which stand in the statement.

use std::io;

use mysql_async::{DriverError, Error, IoError, ServerError};
use tokio::time::error::Elapsed;

use super::MySql;
use crate::exit::{Failure, FailureKind};

/// Access is denied to this user, for this database, to this host, the account is locked, its password has ended, or it
/// logs in by a method that is not supported (error codes of MySQL and MariaDB).
const DENIED: [u16; 10] = [1044, 1045, 1130, 1227, 1251, 1698, 1820, 1862, 3118, 4151];
/// The account or the server demands TLS.
const DEMANDS_TLS: u16 = 3159;
/// The account may not read this table, or this column, or call this function.
const NOT_GRANTED: [u16; 3] = [1142, 1143, 1370];
const NO_DATABASE: u16 = 1049;
const NO_TABLE: u16 = 1146;
const NO_COLUMN: u16 = 1054;
/// The statement took longer than it may.
const OVER_LIMIT: [u16; 2] = [1969, 3024];
const LOCK_WAIT: u16 = 1205;
/// Too many connections of this account, in the class of statements that are wrong.
const BUSY: [u16; 2] = [1203, 1226];
/// The statement is wrong, as one of `ROSTER_SQL_DIR` may be: its functions, collations or views. More are in
/// [`WRONG_CLASSES`].
const WRONG_STATEMENT: [u16; 6] = [1105, 1267, 1270, 1271, 1356, 1792];
/// The first two characters of the SQLSTATE of a wrong statement: cardinality, data, syntax.
const WRONG_CLASSES: [&str; 3] = ["21", "22", "42"];

impl MySql {
    /// What came in time.
    pub(super) fn within<T>(&self, done: Result<T, Elapsed>) -> Result<T, Failure> {
        done.map_err(|_| self.temporary("did not answer in time (SYNC_TIMEOUT, SYNC_DEADLINE)"))
    }

    /// The failure that an error is; `about` is the table that it is about.
    pub(super) fn failed(&self, error: &Error, about: &str) -> Failure {
        match error {
            Error::Server(error) => self.of_server(error, about),
            Error::Io(IoError::Tls(_)) => self.untrusted(),
            Error::Io(IoError::Io(error)) if is_tls(error) => self.untrusted(),
            Error::Io(IoError::Io(error)) => self.temporary(&format!("{} ({about})", error.kind())),
            Error::Driver(DriverError::NoClientSslFlagFromServer) => {
                self.auth("the server speaks no TLS; set it up there, or write ROSTER_TLS=off")
            }
            Error::Driver(DriverError::ConnectionClosed) => {
                self.temporary(&format!("the connection was lost ({about})"))
            }
            Error::Driver(DriverError::UnknownAuthPlugin { .. } | DriverError::CleartextPluginDisabled) => {
                self.auth("the account logs in by a method that is not supported")
            }
            Error::Driver(_) | Error::Other(_) | Error::Url(_) => {
                self.temporary(&format!("the connection broke off ({about})"))
            }
        }
    }

    fn of_server(&self, error: &ServerError, about: &str) -> Failure {
        let ServerError { code, message, state } = error;
        match *code {
            code if DENIED.contains(&code) => {
                let without_tls = if self.tls {
                    ""
                } else {
                    ", or set ROSTER_TLS, which is off: the account may demand TLS"
                };
                self.auth(&format!(
                    "access is denied (error {code}); check user, password, host and database of ROSTER_URL{without_tls}"
                ))
            }
            DEMANDS_TLS => self.auth("the server demands TLS; set ROSTER_TLS=verify-full"),
            code if NOT_GRANTED.contains(&code) => {
                let column =
                    named(message, "for column '", '\'').map(|column| format!("the column {column}"));
                let what = column.unwrap_or_else(|| "all columns".to_owned());
                self.auth(&format!(
                    "the account may not read {what} of {about}; grant SELECT, see `examsync help roster`"
                ))
            }
            NO_DATABASE => {
                let message = format!("{}: there is no such database; check ROSTER_URL", self.server.shown());
                Failure::new(FailureKind::Setup, message)
            }
            NO_TABLE => {
                let table = named(message, "Table '", '\'').unwrap_or(about);
                self.contract(&format!("has no table {}", table.rsplit('.').next().unwrap_or(table)))
            }
            NO_COLUMN => {
                let column = named(message, "'", '\'').unwrap_or("that is read");
                self.contract(&format!("has no column {column} in {about}"))
            }
            code if OVER_LIMIT.contains(&code) => {
                self.temporary(&format!("reading {about} took longer than is left of SYNC_DEADLINE"))
            }
            LOCK_WAIT => self.temporary(&format!("{about} is locked for longer than SYNC_TIMEOUT")),
            code if !BUSY.contains(&code) && is_wrong_statement(code, state) => {
                self.contract(&format!("does not take the SELECT of {about} (error {code})"))
            }
            code => self.temporary(&format!("error {code} ({about})")),
        }
    }

    fn untrusted(&self) -> Failure {
        self.auth(
            "its TLS certificate can't be trusted for that name; set ROSTER_CA_FILE to the file of its CA",
        )
    }

    fn auth(&self, what: &str) -> Failure {
        Failure::new(FailureKind::Auth, format!("{}: {what}", self.server.shown()))
    }

    fn temporary(&self, what: &str) -> Failure {
        Failure::new(FailureKind::Temporary, format!("{}: {what}", self.server.shown()))
    }

    fn contract(&self, what: &str) -> Failure {
        Failure::new(FailureKind::Contract, format!("{} {what}", self.server.shown()))
    }
}

fn is_wrong_statement(code: u16, state: &str) -> bool {
    WRONG_STATEMENT.contains(&code) || state.get(..2).is_some_and(|class| WRONG_CLASSES.contains(&class))
}

/// The name that stands between these in a message.
fn named<'m>(message: &'m str, before: &str, after: char) -> Option<&'m str> {
    message.split_once(before)?.1.split(after).next()
}

/// Whether rustls is what failed.
fn is_tls(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>())
}
