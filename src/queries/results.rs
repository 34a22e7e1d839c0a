//! What the results of a centre are made of: every decision and violation that there is (contract §11.5).

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::decisions::{ResultColumns, ResultRecord};
use super::packages::FileRecord;
use crate::package::manifest::VersionId;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{ByPosition, Day, Moment, TimeOfDay, UniqueId};
use crate::text::serialize::{at, maybe_at};

/// A violation as results have it.
#[derive(Debug, Serialize, QueryableByName)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ViolationRecord {
    #[diesel(sql_type = UniqueId)]
    uid: Uuid,
    #[diesel(sql_type = Nullable<UniqueId>)]
    participant_uid: Option<Uuid>,
    #[diesel(sql_type = Nullable<UniqueId>)]
    room_uid: Option<Uuid>,
    #[diesel(sql_type = Day)]
    exam_date: NaiveDate,
    #[diesel(sql_type = Nullable<TimeOfDay>)]
    #[serde(serialize_with = "maybe_time")]
    start_time: Option<NaiveTime>,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    severity: String,
    #[diesel(sql_type = Nullable<Text>)]
    note: Option<String>,
    #[diesel(sql_type = Nullable<Moment>)]
    #[serde(serialize_with = "maybe_at")]
    happened_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    recorded_by: Option<String>,
    #[diesel(sql_type = Nullable<UniqueId>)]
    replaces: Option<Uuid>,
    #[diesel(sql_type = Moment)]
    #[serde(serialize_with = "at")]
    created_at: DateTime<Utc>,
}

fn maybe_time<S: Serializer>(time: &Option<NaiveTime>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(|time| time.format("%H:%M:%S").to_string()).serialize(serializer)
}

/// Whether there is anything that the newest results of this centre did not say.
pub(crate) fn differs(connection: &mut Connection) -> Result<bool, StoreError> {
    Ok(connection.values(include_str!("results/differs.sql"), &[])?.contains(&true))
}

/// Gives each decision to `record`, by date.
pub(crate) fn each_decision<E: From<StoreError>>(
    connection: &mut Connection,
    mut record: impl FnMut(ResultRecord) -> Result<(), E>,
) -> Result<(), E> {
    let take = |ByPosition { row, .. }: ByPosition<ResultColumns, ResultRecord>| record(row);
    connection.each(include_str!("results/attendance.sql"), &[], take)
}

/// Gives each violation to `record`.
pub(crate) fn each_violation<E: From<StoreError>>(
    connection: &mut Connection,
    record: impl FnMut(ViolationRecord) -> Result<(), E>,
) -> Result<(), E> {
    connection.each(include_str!("results/violations.sql"), &[], record)
}

/// The answer files of this centre.
pub(crate) fn files(connection: &mut Connection) -> Result<Vec<FileRecord>, StoreError> {
    connection.rows(
        "SELECT name, byte_count AS bytes, sha256 FROM package_files WHERE seq IS NOT NULL ORDER BY sha256, name",
    )
}

/// Results by number.
#[derive(QueryableByName)]
struct Written {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = UniqueId)]
    results_id: Uuid,
}

/// The newest results that this centre wrote, or was about to, the oldest first; at most `limit`.
pub(crate) fn written(connection: &mut Connection, limit: usize) -> Result<Vec<VersionId>, StoreError> {
    let newest: Vec<Written> = connection.rows_with(
        "SELECT seq, results_id FROM package_written ORDER BY seq DESC LIMIT $1",
        &[&i64::try_from(limit).unwrap_or(i64::MAX)],
    )?;
    Ok(newest
        .iter()
        .rev()
        .map(|written| VersionId { version: written.seq, id: written.results_id })
        .collect())
}

/// Results of a centre that head office knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(crate) struct KnownResults {
    /// Their number.
    #[diesel(sql_type = BigInt)]
    pub seq: i64,
    /// Their id.
    #[diesel(sql_type = UniqueId)]
    pub results_id: Uuid,
    /// The copy of the centre's database that they are of.
    #[diesel(sql_type = UniqueId)]
    pub branch: Uuid,
    /// Whether only later ones named them: they did not come.
    #[diesel(sql_type = Bool)]
    pub only_named: bool,
}

/// All results of one instance of a hall that are known here.
pub(crate) fn known(
    connection: &mut Connection,
    hall: i64,
    instance: Uuid,
) -> Result<Vec<KnownResults>, StoreError> {
    connection.rows_with(
        "SELECT seq, results_id, coalesce(branch, instance) AS branch, only_named FROM package_results
         WHERE hall_external_id = $1 AND instance = $2",
        &[&hall, &instance],
    )
}
