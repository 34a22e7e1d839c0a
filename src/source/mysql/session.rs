//! One connection to a MySQL source: its limits, its snapshot, and the rows of a SELECT as records.

use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Row};
use tokio::time;

use super::cells::{self, Cells};
use super::connect::connect;
use super::queries::{self, Query};
use super::{MySql, Reading, RecordSink};
use crate::decode::credential::credential;
use crate::decode::record::Layout;
use crate::exit::{Failure, FailureKind};
use crate::model::Stopped;
use crate::model::entity::{Credential, EntityKind, Problem};

/// The most of the variable `max_execution_time`, in milliseconds.
const MAX_MILLISECONDS: u64 = u32::MAX as u64;

/// An open connection, in its transaction.
pub(super) struct Session<'a> {
    source: &'a MySql,
    conn: Conn,
    is_mariadb: bool,
}

/// What came of one SELECT.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Streamed {
    /// How many rows it has.
    pub(super) rows: i64,
    /// How many of them have a password that is no whole hash.
    pub(super) plain: i64,
}

impl<'a> Session<'a> {
    /// Connects, and takes a snapshot.
    pub(super) async fn open(source: &'a MySql) -> Result<Self, Failure> {
        let conn = connect(source).await?;
        let mut session = Self { source, conn, is_mariadb: false };
        let version = session.one("SELECT VERSION()").await?.unwrap_or_default();
        session.is_mariadb = version.to_ascii_lowercase().contains("mariadb");
        let seconds = source.timeout.as_secs().max(1);
        session.run("SET time_zone = '+00:00'").await?;
        session.run(&format!("SET net_write_timeout = {seconds}, lock_wait_timeout = {seconds}")).await?;
        session.run("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
        session.run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY").await?;
        Ok(session)
    }

    /// Ends the transaction.
    pub(super) async fn commit(&mut self) -> Result<(), Failure> {
        self.run("COMMIT").await
    }

    /// Says goodbye; a server that does not changes nothing.
    pub(super) async fn close(self) {
        let _ = time::timeout(self.source.timeout, self.conn.disconnect()).await;
    }

    /// Has the server end the next statement by itself with the deadline, its reader's own time included.
    async fn limit(&mut self) -> Result<Duration, Failure> {
        let left = self.source.deadline.saturating_duration_since(Instant::now());
        let seconds = left.as_secs().max(1);
        let limit = match self.is_mariadb {
            true => format!("SET max_statement_time = {seconds}"),
            false => {
                let milliseconds = seconds.saturating_mul(1000).min(MAX_MILLISECONDS);
                format!("SET max_execution_time = {milliseconds}")
            }
        };
        self.run(&limit).await?;
        Ok(left)
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

    /// How many rows a SELECT has.
    pub(super) async fn count(&mut self, query: &Query) -> Result<i64, Failure> {
        let left = self.limit().await?;
        let row = time::timeout(left, self.conn.query_first::<Row, _>(query.count.as_str())).await;
        let row = self.source.within(row)?.map_err(|error| self.source.failed(&error, &query.table))?;
        let count = row.and_then(|row| cells::text(row.as_ref(0)).ok().flatten()?.parse().ok());
        count.ok_or_else(|| Failure::new(FailureKind::Contract, format!("{} can't be counted", &query.table)))
    }

    /// The engine of a table that keeps no snapshot.
    pub(super) async fn other_engine(&mut self, table: &str) -> Result<Option<String>, Failure> {
        let sql = format!(
            "SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{table}'"
        );
        Ok(self.one(&sql).await?.filter(|engine| engine != "InnoDB"))
    }

    /// Whether the account may read a column. One that is not there it may not.
    pub(super) async fn may_read(&mut self, table: &str, column: &str) -> Result<bool, Failure> {
        let sql = format!(
            "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{table}'
             AND COLUMN_NAME = '{column}' AND FIND_IN_SET('select', PRIVILEGES) > 0"
        );
        Ok(self.one(&sql).await?.is_some_and(|count| count != "0"))
    }

    /// Gives each row to `sink`.
    pub(super) async fn stream(
        &mut self,
        query: &Query,
        reading: &Reading,
        sink: &mut RecordSink<'_>,
    ) -> Result<Streamed, Failure> {
        let source = self.source;
        let begun = time::timeout(self.limit().await?, self.conn.query_iter(query.sql.as_str())).await;
        let mut result = source.within(begun)?.map_err(|error| source.failed(&error, &query.table))?;
        let cells = Cells::new(result.columns_ref(), query, source.timezone);
        let header = cells.header();
        let entity = query.kind.entity();
        let layout =
            Layout::from_header(entity, &query.naming, &header, &reading.roles).map_err(|missing| {
                let message = format!("the SELECT of {} has no column {missing}", &query.table);
                Failure::new(FailureKind::Contract, message)
            })?;
        let password = header.iter().position(|name| *name == "password");
        let password = password.filter(|_| reading.credentials && query.kind == EntityKind::Users);
        let mut streamed = Streamed::default();
        loop {
            let next = time::timeout(source.timeout, result.next()).await;
            let row = source.within(next)?.map_err(|error| source.failed(&error, &query.table))?;
            let Some(row) = row else { return Ok(streamed) };
            streamed.rows += 1;
            let (texts, wrong) = cells.read(&row);
            let mut record = layout.record(streamed.rows, query.table.clone(), |place| {
                texts.get(place).map(AsRef::as_ref).unwrap_or_default()
            });
            if let Some(column) = wrong {
                let text = format!("{column} is not UTF-8");
                record.problem = Some(Problem { code: "bad_record", text });
            }
            record.credential = password.and_then(|place| credential(&texts[place]));
            streamed.plain += i64::from(record.credential == Some(Credential::Refused));
            if query.is_built_in && query.kind == EntityKind::Orgs {
                queries::name_org(&mut record);
            }
            sink(query.kind, record).map_err(|Stopped| {
                Failure::new(FailureKind::Internal, format!("reading {} was stopped", &query.table))
            })?;
        }
    }
}
