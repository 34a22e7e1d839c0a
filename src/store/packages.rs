//! Packages that were written: their numbers, what was sent with them, and what was acknowledged (contract §11.5).

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::connection::Connection;
use super::error::StoreError;
use crate::package::manifest::{Manifest, VersionId};

/// Gives a new package of a hall its number, above `above`, and returns it.
pub(crate) fn take_number(
    connection: &mut Connection,
    hall: i64,
    above: i64,
    (id, since): (Uuid, Option<VersionId>),
    dates: &Value,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    lift_number(connection, hall, above)?;
    let versions = connection.values(
        "UPDATE package_centres SET last_version = last_version + 1 WHERE hall_external_id = $1
         RETURNING last_version AS value",
        &[&hall],
    )?;
    let version: i64 =
        versions.first().copied().ok_or_else(|| StoreError::Other("a hall has no package number".into()))?;
    connection.run(
        "INSERT INTO packages (hall_external_id, version, id, since_version, dates, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[&hall, &version, &id, &since.map(|since| since.version), dates, &now],
    )?;
    Ok(version)
}

/// Makes sure that no later package of a hall gets this number or one below it.
pub(crate) fn lift_number(connection: &mut Connection, hall: i64, above: i64) -> Result<(), StoreError> {
    connection.run(
        "INSERT INTO package_centres AS known (hall_external_id, last_version) VALUES ($1, $2)
         ON CONFLICT (hall_external_id) DO UPDATE SET last_version = excluded.last_version
         WHERE known.last_version < excluded.last_version",
        &[&hall, &above],
    )?;
    Ok(())
}

/// Notes that the rows of these dates are as this package has them, and what is gone since the `first` one.
pub(crate) fn note_sent(
    connection: &mut Connection,
    hall: i64,
    version: i64,
    dates: &[NaiveDate],
    first: bool,
) -> Result<(), StoreError> {
    let dates: Value = dates.iter().map(|date| json!({ "date": date })).collect();
    connection.run(include_str!("packages/note_hall.sql"), &[&version, &hall])?;
    connection.run(include_str!("packages/note_rooms.sql"), &[&version, &hall])?;
    if first {
        connection.run(include_str!("packages/note_participants.sql"), &[&version, &hall, &dates])?;
        connection.run(include_str!("packages/note_decisions.sql"), &[&hall, &version])?;
        return Ok(());
    }
    connection.run(include_str!("packages/note_changed_participants.sql"), &[&version, &hall, &dates])?;
    connection.run(include_str!("packages/note_decisions.sql"), &[&hall, &version])?;
    connection.run(include_str!("packages/note_gone.sql"), &[&version, &hall, &dates])?;
    Ok(())
}

/// Notes that the file of a package is about to get its name.
pub(crate) fn note_written(
    connection: &mut Connection,
    (hall, version): (i64, i64),
    since: Option<i64>,
    (rows, bytes): (i64, u64),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.run(
        "UPDATE packages SET since_version = $1, row_count = $2, byte_count = $3, written_at = $4
         WHERE hall_external_id = $5 AND version = $6",
        &[&since, &rows, &i64::try_from(bytes).unwrap_or(i64::MAX), &now, &hall, &version],
    )?;
    Ok(())
}

/// Notes at a centre that it took a package.
pub(crate) fn note_imported(
    connection: &mut Connection,
    package: &Manifest,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.run(
        "INSERT INTO package_imports (hall_external_id, version, package_id, since_version, made_at, imported_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            &package.hall,
            &package.version.unwrap_or_default(),
            &package.id,
            &package.since.map(|since| since.version),
            &package.created_at,
            &now,
        ],
    )?;
    Ok(())
}

/// Notes a file of a hall, unless it is known; with the package that it goes with, where it goes with one.
pub(crate) fn note_file(
    connection: &mut Connection,
    hall: i64,
    version: Option<i64>,
    (sha256, name, bytes): (&str, &str, u64),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let made = connection.run(
        "INSERT INTO package_files (hall_external_id, sha256, name, byte_count, version, stored_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (hall_external_id, sha256, name) DO NOTHING",
        &[&hall, &sha256, &name, &i64::try_from(bytes).unwrap_or(i64::MAX), &version, &now],
    )?;
    Ok(made > 0)
}

/// Writes an audit row about a package of a hall.
pub(crate) fn audit(
    connection: &mut Connection,
    (run_id, now): (Uuid, DateTime<Utc>),
    action: &str,
    hall: i64,
    value: &Value,
) -> Result<(), StoreError> {
    connection.run(
        "INSERT INTO audit_logs (run_id, action, entity_type, entity_id, new_value, created_at)
         SELECT $1, $2, 'package', id, $3, $4 FROM buildings WHERE external_id = $5",
        &[&run_id, &action, value, &now, &hall],
    )?;
    Ok(())
}
