//! A roster in MySQL or MariaDB (contract §13.3): one connection, one snapshot, each table streamed in the order of its
//! key, and the snapshot closed before anything is merged.

mod cells;
mod connect;
mod failure;
mod queries;
mod session;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono_tz::Tz;
use rustls::pki_types::CertificateDer;
use secrecy::SecretString;
use tokio::runtime::Handle;

use self::queries::Query;
use self::session::{Session, Streamed};
use super::roster_facts::{Look, Reading, RecordSink, Remark, SourceFacts};
use crate::exit::{Failure, FailureKind};
use crate::model::entity::Absence;
use crate::settings::MySqlServer;
use crate::shutdown::Stop;

/// How a MySQL source is read.
#[derive(Debug, Clone)]
pub(crate) struct MySql {
    /// Where it is.
    pub(crate) server: MySqlServer,
    /// The account.
    pub(crate) user: Option<String>,
    /// Its password.
    pub(crate) password: Option<SecretString>,
    /// Whether the connection is encrypted and the server's certificate and name are checked.
    pub(crate) tls: bool,
    /// Certificates to trust in addition to the machine's.
    pub(crate) extra_roots: Vec<CertificateDer<'static>>,
    /// The zone of DATETIME columns.
    pub(crate) timezone: Tz,
    /// The folder of own SELECTs.
    pub(crate) sql_folder: Option<PathBuf>,
    /// `SYNC_TIMEOUT`.
    pub(crate) timeout: Duration,
    /// When the command must have ended.
    pub(crate) deadline: Instant,
    /// Ends the reading.
    pub(crate) stop: Stop,
}

/// Reads every record; see [`super::roster::RosterSource::read`].
pub(super) fn read(
    source: &MySql,
    reading: &Reading,
    sink: &mut RecordSink<'_>,
) -> Result<SourceFacts, Failure> {
    let queries = queries::all(source.sql_folder.as_deref(), reading.credentials)?;
    Handle::current().block_on(async {
        tokio::select! {
            biased;
            failure = source.stop.stopped() => Err(failure),
            read = pull(source, &queries, reading, sink) => read,
        }
    })
}

/// Looks whether it could be read; see [`super::roster::RosterSource::look`].
pub(super) fn look(source: &MySql, reading: &Reading) -> Result<Look, Failure> {
    let queries = queries::all(source.sql_folder.as_deref(), reading.credentials)?;
    Handle::current().block_on(async {
        tokio::select! {
            biased;
            failure = source.stop.stopped() => Err(failure),
            look = glance(source, &queries, reading) => look,
        }
    })
}

async fn glance(source: &MySql, queries: &[Query], reading: &Reading) -> Result<Look, Failure> {
    let mut session = Session::open(source).await?;
    for query in queries {
        session.stream(&query.without_rows(), reading, &mut |_, _| Ok(())).await?;
    }
    let reads_passwords = !reading.credentials && session.may_read("users", "password").await?;
    session.commit().await?;
    session.close().await;
    let tables: Vec<&str> = queries.iter().map(|query| query.table.as_str()).collect();
    let seen = format!("{} lets this account read {}", source.server.shown(), tables.join(", "));
    let mut look = Look { seen, remarks: Vec::new() };
    if reads_passwords {
        let message =
            "the account may read the passwords of users, and ROSTER_CREDENTIALS does not ask for them";
        let advice = "grant it SELECT on the other columns alone, as `examsync help roster` has it";
        look.remarks.push((message.to_owned(), advice.to_owned()));
    }
    Ok(look)
}

async fn pull(
    source: &MySql,
    queries: &[Query],
    reading: &Reading,
    sink: &mut RecordSink<'_>,
) -> Result<SourceFacts, Failure> {
    let mut session = Session::open(source).await?;
    let mut facts = SourceFacts::default();
    for query in queries {
        let there = session.count(query).await?;
        let seen = facts.of_mut(query.kind);
        (seen.there, seen.absence) = (there, Absence::Gone);
    }
    for query in queries {
        let Streamed { rows, plain } = session.stream(query, reading, sink).await?;
        let there = facts.of(query.kind).there;
        if rows != there {
            let message = format!(
                "{}: {} had {there} rows when they were counted and {rows} when they were read; nothing was changed, the \
                 next run may succeed",
                source.server.shown(),
                query.table
            );
            return Err(Failure::new(FailureKind::Temporary, message));
        }
        if plain > 0 {
            let message = format!(
                "{} has {plain} passwords in clear, which are not kept; have them hashed in the source",
                query.table
            );
            facts.remarks.push(Remark::warning(query.kind, "plain_password_in_feed", message));
        }
    }
    // At once: an open snapshot holds locks of the source.
    session.commit().await?;
    for query in queries.iter().filter(|query| query.is_built_in) {
        if let Some(engine) = session.other_engine(&query.table).await? {
            let message = format!(
                "the table {} is of the engine {engine}, so that it may have changed while it was read",
                query.table
            );
            facts.remarks.push(Remark::warning(query.kind, "source_not_transactional", message));
        }
    }
    session.close().await;
    Ok(facts)
}
