//! Which packages there are: the numbers that were given, what was acknowledged, and what a centre took.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::package::manifest::VersionId;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Json, Moment, UniqueId};

/// A package that head office gave a number.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct NumberedPackage {
    /// Its number.
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    /// Its id.
    #[diesel(sql_type = UniqueId)]
    pub id: Uuid,
    /// The number of the package that it counts changes from; none for a full one.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub since_version: Option<i64>,
    /// Its exam dates.
    #[diesel(sql_type = Json)]
    dates: Value,
    /// When its file was written, where that is known.
    #[diesel(sql_type = Nullable<Moment>)]
    pub written_at: Option<DateTime<Utc>>,
}

impl NumberedPackage {
    /// Its number and id.
    pub(crate) fn version_id(&self) -> VersionId {
        VersionId { version: self.version, id: self.id }
    }

    /// Whether it covers this date.
    pub(crate) fn covers(&self, date: NaiveDate) -> bool {
        let date = date.to_string();
        self.dates.as_array().is_some_and(|dates| dates.iter().any(|one| one["date"] == date))
    }
}

/// Dates as the parameter of a statement.
pub(crate) fn dates_in_json(dates: &[NaiveDate]) -> Value {
    dates.iter().map(|date| json!({ "date": date })).collect()
}

/// The packages of a hall from this number on, the newest first, at most `limit`.
pub(crate) fn numbered_from(
    connection: &mut Connection,
    hall: i64,
    version: i64,
    limit: usize,
) -> Result<Vec<NumberedPackage>, StoreError> {
    connection.rows_with(
        "SELECT version, id, since_version, dates, written_at FROM packages
         WHERE hall_external_id = $1 AND version >= $2 ORDER BY version DESC LIMIT $3",
        &[&hall, &version, &i64::try_from(limit).unwrap_or(i64::MAX)],
    )
}

/// The newest package of a hall whose file was written.
pub(crate) fn newest_written(
    connection: &mut Connection,
    hall: i64,
) -> Result<Option<NumberedPackage>, StoreError> {
    let rows = connection.rows_with(
        "SELECT version, id, since_version, dates, written_at FROM packages
         WHERE hall_external_id = $1 AND written_at IS NOT NULL ORDER BY version DESC LIMIT 1",
        &[&hall],
    )?;
    Ok(rows.into_iter().next())
}

/// The newest package of a hall that its centre acknowledged.
pub(crate) fn acked_version(connection: &mut Connection, hall: i64) -> Result<Option<i64>, StoreError> {
    let acked: Vec<Option<i64>> = connection
        .values("SELECT acked_version AS value FROM package_centres WHERE hall_external_id = $1", &[&hall])?;
    Ok(acked.into_iter().flatten().next())
}

/// The dates from `from` on that have active participants of the hall, or had some in a package.
pub(crate) fn dates_of_hall(
    connection: &mut Connection,
    hall: i64,
    from: NaiveDate,
) -> Result<Vec<NaiveDate>, StoreError> {
    connection.values(
        "SELECT p.exam_date AS value
         FROM buildings AS b
         CROSS JOIN rooms AS r
         CROSS JOIN participants AS p
         WHERE b.external_id = $1 AND r.building_id = b.id AND p.room_id = r.id AND p.is_active AND p.exam_date >= $2
         UNION
         SELECT exam_date AS value FROM package_rows
         WHERE hall_external_id = $3 AND kind = 'participant' AND NOT gone AND exam_date >= $4
         ORDER BY value",
        &[&hall, &from, &hall, &from],
    )
}

/// The package that a centre took last.
pub(crate) fn last_import(connection: &mut Connection) -> Result<Option<ImportedPackage>, StoreError> {
    let rows = connection.rows_with(
        "SELECT hall_external_id, version, package_id FROM package_imports ORDER BY id DESC LIMIT 1",
        &[],
    )?;
    Ok(rows.into_iter().next())
}

/// A package that a centre took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(crate) struct ImportedPackage {
    /// The hall.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// Its number.
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    /// Its id.
    #[diesel(sql_type = UniqueId)]
    pub package_id: Uuid,
}

impl ImportedPackage {
    /// Its number and id.
    pub(crate) fn version_id(&self) -> VersionId {
        VersionId { version: self.version, id: self.package_id }
    }
}

/// This centre's database, and the newest results file that it wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(crate) struct Instance {
    /// Its id.
    #[diesel(sql_type = UniqueId)]
    pub instance: Uuid,
    /// The package that it named.
    #[diesel(sql_type = Nullable<UniqueId>)]
    pub last_package_id: Option<Uuid>,
}

/// This centre's database, where it wrote results before.
pub(crate) fn instance(connection: &mut Connection) -> Result<Option<Instance>, StoreError> {
    let rows =
        connection.rows_with("SELECT instance, last_package_id FROM package_instances LIMIT 1", &[])?;
    Ok(rows.into_iter().next())
}

/// Whether a package of this number and id was given to a hall here.
pub(crate) fn is_numbered(
    connection: &mut Connection,
    hall: i64,
    package: VersionId,
) -> Result<bool, StoreError> {
    connection.any(
        "packages WHERE hall_external_id = $1 AND version = $2 AND id = $3",
        &[&hall, &package.version, &package.id],
    )
}

/// A file of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, QueryableByName)]
pub(crate) struct FileRecord {
    /// What it is called.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Its size.
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
    /// Its SHA-256, by which it is kept.
    #[diesel(sql_type = Text)]
    pub sha256: String,
}

/// The files that went to a hall with a package above this number, or all.
pub(crate) fn files(
    connection: &mut Connection,
    hall: i64,
    since: Option<i64>,
) -> Result<Vec<FileRecord>, StoreError> {
    connection.rows_with(
        "SELECT name, byte_count AS bytes, sha256 FROM package_files
         WHERE hall_external_id = $1 AND version > $2 ORDER BY sha256, name",
        &[&hall, &since.unwrap_or(0)],
    )
}

/// Whether a file of a hall is known here by its content.
pub(crate) fn is_kept(connection: &mut Connection, hall: i64, sha256: &str) -> Result<bool, StoreError> {
    connection.any("package_files WHERE hall_external_id = $1 AND sha256 = $2", &[&hall, &sha256])
}
