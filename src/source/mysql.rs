//! A roster in MySQL or MariaDB (contract §13.3): one connection, one snapshot, each table streamed in the order of its
//! key, and the snapshot closed before anything is merged.

mod cells;
mod connect;
mod queries;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono_tz::Tz;
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Row};
use rustls::pki_types::CertificateDer;
use secrecy::SecretString;
use tokio::runtime::Handle;
use tokio::time;

use self::cells::Cells;
use self::queries::Query;
use super::roster_facts::{Reading, RecordSink, Remark, SourceFacts};
use crate::decode::record::Layout;
use crate::exit::{Failure, FailureKind};
use crate::model::Stopped;
use crate::model::entity::{Absence, EntityKind, Problem};
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
    let queries = queries::all(source.sql_folder.as_deref())?;
    Handle::current().block_on(async {
        tokio::select! {
            biased;
            failure = source.stop.stopped() => Err(failure),
            read = pull(source, &queries, reading, sink) => read,
        }
    })
}

async fn pull(
    source: &MySql,
    queries: &[Query],
    reading: &Reading,
    sink: &mut RecordSink<'_>,
) -> Result<SourceFacts, Failure> {
    let mut session = Session { source, conn: connect::connect(source).await? };
    session.prepare().await?;
    let mut facts = SourceFacts::default();
    for query in queries {
        let there = session.count(query).await?;
        let seen = facts.of_mut(query.kind);
        (seen.there, seen.absence) = (there, Absence::Gone);
    }
    for query in queries {
        let read = session.stream(query, reading, sink).await?;
        let there = facts.of(query.kind).there;
        if read != there {
            let message = format!(
                "{}: {read} of {there} rows of {} came; nothing was changed, the next run may succeed",
                source.server.shown(),
                query.table
            );
            return Err(Failure::new(FailureKind::Temporary, message));
        }
    }
    // At once: an open snapshot holds locks of the source.
    session.run("COMMIT").await?;
    for query in queries.iter().filter(|query| query.is_built_in) {
        if let Some(engine) = session.other_engine(query.table).await? {
            facts.remarks.push(Remark {
                entity: query.kind,
                code: "source_not_transactional",
                message: format!(
                    "the table {} is of the engine {engine}, so that it may have changed while it was read",
                    query.table
                ),
                is_error: false,
            });
        }
    }
    // What was read is read; a server that does not say goodbye changes nothing.
    let _ = time::timeout(source.timeout, session.conn.disconnect()).await;
    Ok(facts)
}

/// An open connection.
struct Session<'a> {
    source: &'a MySql,
    conn: Conn,
}

impl Session<'_> {
    /// Limits, zone and snapshot.
    async fn prepare(&mut self) -> Result<(), Failure> {
        let seconds = self.source.timeout.as_secs().max(1);
        let left = self.source.deadline.saturating_duration_since(Instant::now()).as_secs().max(1);
        let version = self.one("SELECT VERSION()").await?.unwrap_or_default();
        let limit = match version.to_ascii_lowercase().contains("mariadb") {
            true => format!("max_statement_time = {left}"),
            false => format!("max_execution_time = {}", left.saturating_mul(1000).min(u64::from(u32::MAX))),
        };
        self.run("SET time_zone = '+00:00'").await?;
        self.run(&format!("SET net_write_timeout = {seconds}, lock_wait_timeout = {seconds}, {limit}"))
            .await?;
        self.run("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
        self.run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY").await
    }

    async fn run(&mut self, sql: &str) -> Result<(), Failure> {
        let done = time::timeout(self.source.timeout, self.conn.query_drop(sql)).await;
        self.source.within(done)?.map_err(|error| self.source.failed(&error, "the connection"))
    }

    /// The first cell of the first row, as text.
    async fn one(&mut self, sql: &str) -> Result<Option<String>, Failure> {
        let row = time::timeout(self.source.timeout, self.conn.query_first::<Row, _>(sql)).await;
        let row = self.source.within(row)?.map_err(|error| self.source.failed(&error, "the connection"))?;
        Ok(row.and_then(|row| cells::text(row.as_ref(0)).ok().flatten().map(str::to_owned)))
    }

    async fn count(&mut self, query: &Query) -> Result<i64, Failure> {
        let left = self.source.deadline.saturating_duration_since(Instant::now());
        let row = time::timeout(left, self.conn.query_first::<Row, _>(query.count.as_str())).await;
        let row = self.source.within(row)?.map_err(|error| self.source.failed(&error, query.table))?;
        let count = row.and_then(|row| cells::text(row.as_ref(0)).ok().flatten()?.parse().ok());
        count.ok_or_else(|| Failure::new(FailureKind::Contract, format!("{} can't be counted", query.table)))
    }

    /// The engine of a table that keeps no snapshot.
    async fn other_engine(&mut self, table: &str) -> Result<Option<String>, Failure> {
        let sql = format!(
            "SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{table}'"
        );
        Ok(self.one(&sql).await?.filter(|engine| engine != "InnoDB"))
    }

    /// Gives each row to `sink`, and returns how many there were.
    async fn stream(
        &mut self,
        query: &Query,
        reading: &Reading,
        sink: &mut RecordSink<'_>,
    ) -> Result<i64, Failure> {
        let source = self.source;
        let begun = time::timeout(
            source.deadline.saturating_duration_since(Instant::now()),
            self.conn.query_iter(query.sql.as_str()),
        );
        let mut result = source.within(begun.await)?.map_err(|error| source.failed(&error, query.table))?;
        let cells = Cells::new(result.columns_ref(), query, source.timezone);
        let header = cells.header();
        let entity = query.kind.entity();
        let layout =
            Layout::from_header(entity, &query.naming, &header, &reading.roles).map_err(|missing| {
                let message = format!("the SELECT of {} has no column {missing}", query.table);
                Failure::new(FailureKind::Contract, message)
            })?;
        let mut rows = 0;
        loop {
            let next = time::timeout(source.timeout, result.next()).await;
            let row = source.within(next)?.map_err(|error| source.failed(&error, query.table))?;
            let Some(row) = row else { return Ok(rows) };
            rows += 1;
            let (texts, wrong) = cells.read(&row);
            let mut record = layout.record(rows, query.table.to_owned(), |place| {
                texts.get(place).map(AsRef::as_ref).unwrap_or_default()
            });
            if let Some(column) = wrong {
                let text = format!("{column} is not UTF-8");
                record.problem = Some(Problem { code: "bad_record", text });
            }
            if query.is_built_in && query.kind == EntityKind::Orgs {
                queries::name_org(&mut record);
            }
            sink(query.kind, record).map_err(|Stopped| {
                Failure::new(FailureKind::Internal, format!("reading {} was stopped", query.table))
            })?;
        }
    }
}
