//! The merges as SQL files, in the order in which a pass runs them, and what they answer.
//!
//! Every file runs verbatim on both databases (see [`Connection`]). The only parameters are the facts in the temporary
//! table `pass`. All comparing comes before all applying, so that the counts, the guard's verdict and the plan are known
//! before anything is touched.

pub mod attendance;
pub mod change;
pub(crate) mod credentials;
mod events;
pub(crate) mod impact;
pub mod keyed;
pub mod participants;
pub mod places;
pub(crate) mod results;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use crate::model::Presorted;
use crate::model::outcome::{ExternalId, MAX_LISTED, Notice, Records};
use crate::model::sync_type::SyncType;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// What one sync type's comparison came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Compared {
    /// The counts, as reported.
    #[diesel(embed)]
    pub records: Records,
    /// Records that break a record rule, duplicates included: more than half of them is a broken feed (contract §7).
    #[diesel(sql_type = BigInt, column_name = bad)]
    pub bad_records: i64,
    /// Records that were used, but with a warning.
    #[diesel(sql_type = BigInt)]
    noticed: i64,
}

impl Compared {
    /// Whether any record of the feed is to be reported.
    pub fn has_odd_records(&self) -> bool {
        self.records.errored + self.noticed > 0
    }

    /// Whether any live row changes or goes.
    pub fn changes(&self) -> bool {
        self.records.updated + self.records.deleted > 0
    }

    /// Whether there may be anything to report.
    pub fn is_news(&self) -> bool {
        self.has_odd_records() || self.changes()
    }
}

/// What decides which steps a comparison has.
#[derive(QueryableByName)]
struct Steps {
    /// Whether it leaves out unchanged records, or on a first load those that are plainly new.
    #[diesel(sql_type = Bool)]
    leaves_out: bool,
    /// As of [`PassFacts`](crate::store::staging::PassFacts).
    #[diesel(sql_type = Bool)]
    first_load: bool,
    /// As of [`PassFacts`](crate::store::staging::PassFacts).
    #[diesel(sql_type = Bool)]
    lists_created: bool,
}

/// Lets the next comparison skip and count unchanged records, if the feed came in the order of its keys and this many
/// records are staged. Otherwise every record is looked at, as on a first load whose rows are to be listed.
fn leave_out_unchanged(
    connection: &mut Connection,
    presorted: Option<Presorted>,
) -> Result<Steps, StoreError> {
    connection.row(
        "UPDATE pass SET presorted_records = CASE WHEN first_load AND lists_created THEN NULL ELSE $1::bigint END
         RETURNING presorted_records IS NOT NULL AS leaves_out, first_load, lists_created",
        &[&presorted.map(|Presorted(records)| records)],
    )
}

#[derive(QueryableByName)]
struct NoticeRow {
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Text)]
    message: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    external_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    external_key: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    entity: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    path: Option<String>,
    #[diesel(sql_type = Bool)]
    news: bool,
}

/// How bad a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The record was used.
    Warning,
    /// The record was left out.
    Error,
}

impl Severity {
    /// Its name in the table of notices.
    fn name(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Ok when all new rows are there. A trigger or rule of another program can leave one out in silence.
fn require_inserted(table: &str, new: i64, inserted: i64) -> Result<(), StoreError> {
    if inserted >= new {
        return Ok(());
    }
    Err(StoreError::Refused(format!(
        "of {new} new rows of {table} {} are missing after they were inserted",
        new - inserted
    )))
}

/// The rows that an answer without anything new is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
struct Confirmed {
    /// The active ones.
    #[diesel(sql_type = BigInt)]
    active: i64,
    /// Of those, the ones that get a stamp, or lose a mark.
    #[diesel(sql_type = BigInt)]
    due: i64,
}

/// Makes the table of notices.
fn open_notices(connection: &mut Connection) -> Result<(), StoreError> {
    connection.execute(include_str!("merge/notice.sql"))
}

/// The first [`MAX_LISTED`] notices of one sync type: what is news first, then in feed order. To be asked only
/// where there are notices.
pub fn notices(
    connection: &mut Connection,
    severity: Severity,
    sync_type: SyncType,
) -> Result<Vec<Notice>, StoreError> {
    let rows: Vec<NoticeRow> = connection.rows_with(
        "SELECT code, message, external_id, external_key, entity, path, news FROM notice
         WHERE severity = $1 AND sync_type = $2
         ORDER BY news DESC, coalesce(ordinal, 9223372036854775807), message LIMIT $3",
        &[&severity.name(), &sync_type.name(), &(MAX_LISTED as i64)],
    )?;
    Ok(rows
        .into_iter()
        .map(|row| Notice {
            code: row.code,
            message: row.message,
            external_id: row.external_id.map(ExternalId::Number).or(row.external_key.map(ExternalId::Key)),
            entity: row.entity,
            at: row.path,
            news: row.news,
        })
        .collect())
}

/// Writes the in-app notifications that the notices ask for. Only after the notices were collected.
pub fn notify(connection: &mut Connection) -> Result<(), StoreError> {
    connection.execute(include_str!("merge/notifications.sql"))
}
