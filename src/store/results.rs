//! Results of centres: their numbers, what they said last, and what head office knows of them (contract §11.5).

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::connection::Connection;
use super::error::StoreError;
use super::packages;
use crate::package::manifest::{Manifest, VersionId};

/// Gives the next results file of this centre, of this id, its number, and makes the id of this database with the first.
pub(crate) fn take_seq(
    connection: &mut Connection,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(Uuid, i64), StoreError> {
    if !connection.any("package_instances", &[])? {
        connection.run("INSERT INTO package_instances (instance) VALUES ($1)", &[&Uuid::new_v4()])?;
    }
    let instances: Vec<Uuid> = connection.values("SELECT instance AS value FROM package_instances", &[])?;
    let seqs: Vec<i64> = connection
        .values("UPDATE package_instances SET last_seq = last_seq + 1 RETURNING last_seq AS value", &[])?;
    let (Some(instance), Some(seq)) = (instances.first(), seqs.first()) else {
        return Err(StoreError::Other("this database has no instance".into()));
    };
    // Before there is a file: later ones name it in any case.
    connection.run(
        "INSERT INTO package_written (seq, results_id, written_at) VALUES ($1, $2, $3)",
        &[seq, &id, &now],
    )?;
    Ok((*instance, *seq))
}

/// Notes that an answer file goes up with these results, unless it went before.
pub(crate) fn note_answer_file(
    connection: &mut Connection,
    hall: i64,
    seq: i64,
    (sha256, name, bytes): (&str, &str, u64),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    packages::note_file(connection, hall, None, (sha256, name, bytes), now)?;
    connection.run(
        "UPDATE package_files SET seq = $1
         WHERE hall_external_id = $2 AND sha256 = $3 AND name = $4 AND seq IS NULL",
        &[&seq, &hall, &sha256, &name],
    )?;
    Ok(())
}

/// Notes what the newest results say: which package this centre has, its decisions and violations.
pub(crate) fn note_written(
    connection: &mut Connection,
    package: VersionId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(include_str!("results/note_told.sql"))?;
    connection.run(
        "UPDATE package_instances
         SET last_version = $1, last_package_id = $2, last_results_at = $3,
             last_violation_id = (SELECT max(id) FROM violations)",
        &[&package.version, &package.id, &now],
    )?;
    Ok(())
}

/// Notes at head office which results came, of which copy of the centre's database, and those that they name as theirs.
pub(crate) fn note_taken(
    connection: &mut Connection,
    results: &Manifest,
    branch: Uuid,
    superseded: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (hall, instance) = (results.hall, results.instance.unwrap_or_default());
    let named: Value = results.line.iter().map(|one| json!({ "seq": one.version, "id": one.id })).collect();
    connection.run(
        include_str!("results/note_named.sql"),
        &[&hall, &instance, &branch, &now, &named, &hall, &instance],
    )?;
    connection.run(
        "DELETE FROM package_results WHERE hall_external_id = $1 AND instance = $2 AND results_id = $3 AND only_named",
        &[&hall, &instance, &results.id],
    )?;
    connection.run(
        "INSERT INTO package_results
             (hall_external_id, instance, seq, results_id, version, superseded, imported_at, branch)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            &hall,
            &instance,
            &results.seq.unwrap_or_default(),
            &results.id,
            &results.package.map(|package| package.version),
            &superseded,
            &now,
            &branch,
        ],
    )?;
    packages::lift_number(connection, hall, 0)?;
    if superseded {
        return Ok(());
    }
    let ahead = (results.created_at - now).num_seconds();
    connection.run(
        "UPDATE package_centres
         SET results_instance = $1, results_seq = $2, results_at = $3, centre_program = $4, clock_offset_seconds = $5
         WHERE hall_external_id = $6",
        &[&branch, &results.seq, &now, &results.program, &ahead, &hall],
    )?;
    Ok(())
}

/// Notes that a centre has a package that was given here.
pub(crate) fn note_acknowledged(
    connection: &mut Connection,
    hall: i64,
    version: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    packages::lift_number(connection, hall, 0)?;
    connection.run(
        "UPDATE package_centres SET acked_version = $1, acked_at = $2
         WHERE hall_external_id = $3 AND (acked_version IS NULL OR acked_version < $4)",
        &[&version, &now, &hall, &version],
    )?;
    Ok(())
}

/// Begins a copy of a centre's database: what it said last is what `of` had said up to `seq`.
pub(crate) fn branch_off(
    connection: &mut Connection,
    branch: Uuid,
    of: Uuid,
    seq: i64,
) -> Result<(), StoreError> {
    connection.run(
        "INSERT INTO package_said (instance, row_id, seq, base_version, marked, status, marked_at, marked_by)
         SELECT $1::uuid, row_id, seq, base_version, marked, status, marked_at, marked_by
         FROM package_said
         WHERE instance = $2 AND seq <= $3 AND (until_seq IS NULL OR until_seq > $4)",
        &[&branch, &of, &seq, &seq],
    )?;
    Ok(())
}
