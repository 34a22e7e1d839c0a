//! Opens a connection to PostgreSQL so that it works behind a pooler, too, and never hangs for ever.

mod begin;
pub(in crate::store) mod copy_watch;
mod notices;
mod passwords;
mod pooler;
mod qualify;
pub(in crate::store) mod session;
pub(in crate::store) mod tuples;
mod url;
pub(in crate::store) mod within;

use std::time::Duration;

use diesel::connection::CacheSize;
use diesel::pg::PgConnection;
use diesel::{Connection as _, ConnectionError};
use secrecy::{ExposeSecret, SecretString};

use self::passwords::Passwords;
pub use self::session::Session;
use self::url::{Roots, Url};
use self::within::within;
use super::error::StoreError;
use crate::text::sanitize::clean;

/// How long PostgreSQL may take.
#[derive(Debug, Clone, Copy)]
pub struct PostgresLimits {
    /// For connecting to one host.
    pub connect_timeout: Duration,
    /// For one statement; zero is no limit.
    pub statement_timeout: Duration,
    /// The limit for waiting for a foreign lock; zero is none.
    pub lock_timeout: Duration,
}

/// Why no connection was made. libpq names a parameter that it does not know, and nothing else of the URL is shown.
fn refused(url: &Url<'_>, error: ConnectionError) -> StoreError {
    let ConnectionError::BadConnection(said) = &error else { return error.into() };
    let Some(name) = url.unknown_parameter(said) else { return without_direct_tls(url, error.into()) };
    let cure = match name {
        "schema" | "currentSchema" => "; the schema is named by DATABASE_SCHEMA",
        _ => "",
    };
    let name = clean(name);
    StoreError::Setup(format!(
        "DATABASE_URL has the parameter {name}, which is another program's and which PostgreSQL's own library does not \
         know; take it out{cure}"
    ))
}

/// The error of connecting, where the server may not know how TLS is begun: it then ends the connection without a word.
fn without_direct_tls(url: &Url<'_>, error: StoreError) -> StoreError {
    match &error {
        StoreError::Unreachable(said) if url.begins_tls_at_once() && said.contains("unexpected") => {
            StoreError::Setup(format!(
                "the server does not take sslnegotiation=direct of DATABASE_URL, which PostgreSQL has since 17: {said}; take it \
                 out"
            ))
        }
        _ => error,
    }
}

/// Connects to PostgreSQL; `schema` is `DATABASE_SCHEMA`. It takes `at_most` as long, else as long as all hosts together may
/// take.
///
/// # Errors
/// [`StoreError::Setup`] for a URL that libpq can't read or a database that is not there, and what else
/// keeps it from connecting.
pub fn connect(
    url: &SecretString,
    schema: Option<&str>,
    limits: PostgresLimits,
    at_most: Option<Duration>,
) -> Result<(PgConnection, Session), StoreError> {
    let Established { mut connection, url, passwords, limit } = establish(url, limits, at_most)?;
    let schema = schema.map(str::to_owned);
    let known = (url, passwords.clone());
    let asked = within(limit, move || {
        let session = Session::ask(&mut connection, limits, schema.as_deref(), known)?;
        Ok((connection, session))
    });
    asked.flatten().map_err(|error| passwords.taken_out_of(error))
}

/// Connects to PostgreSQL once more, where what its server says is known from another connection.
///
/// # Errors
/// As of [`connect`].
pub fn connect_again(
    url: &SecretString,
    limits: PostgresLimits,
    at_most: Duration,
) -> Result<PgConnection, StoreError> {
    establish(url, limits, Some(at_most)).map(|established| established.connection)
}

/// A connection whose server has let us in, and was not asked anything.
struct Established {
    connection: PgConnection,
    /// With all parameters that it was opened with.
    url: SecretString,
    passwords: Passwords,
    /// How long the server may take to answer.
    limit: Duration,
}

fn establish(
    url: &SecretString,
    limits: PostgresLimits,
    at_most: Option<Duration>,
) -> Result<Established, StoreError> {
    let url = Url::split(url.expose_secret())?;
    let passwords = Passwords::of(&url);
    let connected = || -> Result<_, StoreError> {
        let whole = url.with_parameters(limits.connect_timeout, Roots::of_process())?;
        let limit = at_most.unwrap_or_else(|| url.patience(limits.connect_timeout));
        let establish = {
            let whole = whole.clone();
            move || PgConnection::establish(&whole)
        };
        let (connected, said) = notices::collected(|| within(limit, establish));
        for line in said.lines().filter(|line| !line.trim().is_empty()) {
            let line = passwords.hidden(line.to_owned());
            tracing::warn!(said = %clean(&line), "the database server has something to say");
        }
        let mut connection = connected?.map_err(|error| refused(&url, error))?;
        // A named prepared statement does not follow us to the next server connection of a pooler.
        connection.set_prepared_statement_cache_size(CacheSize::Disabled);
        Ok((connection, SecretString::from(whole), limit))
    };
    match connected() {
        Ok((connection, url, limit)) => Ok(Established { connection, url, passwords, limit }),
        Err(error) => Err(passwords.taken_out_of(error)),
    }
}
