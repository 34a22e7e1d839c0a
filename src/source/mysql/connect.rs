//! Opens the connection, and says what an error means for the operator. A server's own words are not repeated: they may
//! quote what a table holds.

use std::time::Duration;

use mysql_async::{Conn, DriverError, Error, IoError, OptsBuilder, SslOpts};
use secrecy::ExposeSecret as _;
use tokio::time::{self, error::Elapsed};

use super::MySql;
use crate::exit::{Failure, FailureKind};

/// Access is denied to this user, for this database, to this host, or the account is locked (MariaDB's error codes).
const DENIED: [u16; 7] = [1044, 1045, 1130, 1227, 1698, 3118, 4151];
/// The account or the server demands TLS.
const DEMANDS_TLS: u16 = 3159;
/// The account may not read this table, or this column.
const NOT_GRANTED: [u16; 2] = [1142, 1143];
const NO_DATABASE: u16 = 1049;
const NO_TABLE: u16 = 1146;
const NO_COLUMN: u16 = 1054;
/// The statement is wrong, as one of `ROSTER_SQL_DIR` may be.
const WRONG_STATEMENT: [u16; 4] = [1052, 1055, 1064, 1305];

/// Connects.
pub(super) async fn connect(source: &MySql) -> Result<Conn, Failure> {
    let server = &source.server;
    let tls = source.tls.then(|| {
        let own = rustls_native_certs::load_native_certs().certs;
        let roots = own.iter().chain(&source.extra_roots).map(|root| root.as_ref().to_vec().into());
        SslOpts::default().with_root_certs(roots.collect()).with_disable_built_in_roots(true)
    });
    let options = OptsBuilder::default()
        .ip_or_hostname(server.host.clone().unwrap_or_else(|| "localhost".to_owned()))
        .tcp_port(server.port)
        .socket(server.socket.clone())
        .prefer_socket(server.socket.is_some())
        .user(source.user.clone())
        .pass(source.password.as_ref().map(|password| password.expose_secret().to_owned()))
        .db_name(Some(server.database.clone()))
        .tcp_keepalive(Some(Duration::from_secs(30)))
        .stmt_cache_size(0)
        .max_allowed_packet(Some(64 * 1024 * 1024))
        .wait_timeout(Some(28_800))
        .ssl_opts(tls);
    let opened = time::timeout(source.timeout, Conn::new(options)).await;
    source.within(opened)?.map_err(|error| source.failed(&error, "the connection"))
}

impl MySql {
    /// What came in time.
    pub(super) fn within<T>(&self, done: Result<T, Elapsed>) -> Result<T, Failure> {
        done.map_err(|_| self.temporary("did not answer in time (SYNC_TIMEOUT, SYNC_DEADLINE)"))
    }

    /// The failure that an error is; `about` is the table that it is about.
    pub(super) fn failed(&self, error: &Error, about: &str) -> Failure {
        let auth = |what: String| Failure::new(FailureKind::Auth, format!("{}: {what}", self.server.shown()));
        let without_tls = if self.tls { "" } else { "; or the account demands TLS, and ROSTER_TLS is off" };
        match error {
            Error::Server(server) if DENIED.contains(&server.code) => auth(format!(
                "access is denied (error {}); check user, password, host and database of ROSTER_URL{without_tls}",
                server.code
            )),
            Error::Server(server) if server.code == DEMANDS_TLS => {
                auth("the server demands TLS; set ROSTER_TLS=verify-full".to_owned())
            }
            Error::Server(server) if NOT_GRANTED.contains(&server.code) => auth(format!(
                "the account may not read all columns of {about}; grant SELECT, see `examsync help roster`"
            )),
            Error::Server(server) if server.code == NO_DATABASE => {
                let message = format!("{}: there is no such database; check ROSTER_URL", self.server.shown());
                Failure::new(FailureKind::Setup, message)
            }
            Error::Server(server) if server.code == NO_TABLE => {
                self.contract(&format!("has no table {about}"))
            }
            Error::Server(server) if server.code == NO_COLUMN => {
                let column = server.message.split('\'').nth(1).unwrap_or("that is read");
                self.contract(&format!("has no column {column} in {about}"))
            }
            Error::Server(server) if WRONG_STATEMENT.contains(&server.code) => {
                self.contract(&format!("does not take the SELECT of {about} (error {})", server.code))
            }
            Error::Server(server) => {
                self.temporary(&format!("ended reading {about} (error {})", server.code))
            }
            Error::Io(IoError::Tls(_)) => auth(self.untrusted()),
            Error::Io(IoError::Io(error)) if is_tls(error) => auth(self.untrusted()),
            Error::Io(IoError::Io(error)) => self.temporary(&format!("{} ({about})", error.kind())),
            Error::Driver(DriverError::NoClientSslFlagFromServer) => {
                auth("the server speaks no TLS; set it up there, or write ROSTER_TLS=off".to_owned())
            }
            Error::Driver(DriverError::ConnectionClosed) => {
                self.temporary(&format!("the connection was lost ({about})"))
            }
            Error::Driver(DriverError::UnknownAuthPlugin { .. } | DriverError::CleartextPluginDisabled) => {
                auth("the account logs in by a method that is not supported".to_owned())
            }
            Error::Driver(_) | Error::Other(_) | Error::Url(_) => {
                self.temporary(&format!("the connection broke off ({about})"))
            }
        }
    }

    fn untrusted(&self) -> String {
        "its TLS certificate can't be trusted for that name; set ROSTER_CA_FILE to the file of its CA"
            .to_owned()
    }

    fn temporary(&self, what: &str) -> Failure {
        Failure::new(FailureKind::Temporary, format!("{}: {what}", self.server.shown()))
    }

    fn contract(&self, what: &str) -> Failure {
        Failure::new(FailureKind::Contract, format!("{} {what}", self.server.shown()))
    }
}

/// Whether rustls is what failed.
fn is_tls(error: &std::io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>())
}
