//! Resolving conflicts between head office and centres (contract §11.7).

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use serde_json::Value;

use super::connection::Connection;
use super::error::StoreError;

/// Which conflicts are resolved.
#[derive(Debug, Clone)]
pub(crate) enum Chosen {
    /// These: an array of objects with `id` or `uid`.
    Named(Value),
    /// All open ones of a hall.
    OfHall(i64),
}

/// What a resolution is.
#[derive(Debug, Clone)]
pub(crate) struct Resolution {
    /// `head` or `centre`.
    pub side: &'static str,
    /// Who decided.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// The chosen conflicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(crate) struct Choice {
    /// How many are open.
    #[diesel(sql_type = BigInt)]
    pub open: i64,
    /// Of how many rows.
    #[diesel(sql_type = BigInt)]
    pub rows: i64,
    /// Of how many halls.
    #[diesel(sql_type = BigInt)]
    pub halls: i64,
}

/// Chooses conflicts in the transaction of a pass.
pub(crate) fn choose(connection: &mut Connection, chosen: &Chosen) -> Result<Choice, StoreError> {
    connection.drop_temporary(&["resolving"])?;
    connection.execute("CREATE TEMP TABLE resolving (id bigint PRIMARY KEY)")?;
    match chosen {
        Chosen::Named(named) => connection.run(
            "INSERT INTO resolving (id)
             SELECT DISTINCT c.id
             FROM json_each($1) AS item
             JOIN sync_conflicts AS c
                 ON c.id = (item.value ->> 'id')::bigint OR c.uid = (item.value ->> 'uid')::uuid
             WHERE c.state = 'open'",
            &[named],
        )?,
        Chosen::OfHall(hall) => connection.run(
            "INSERT INTO resolving (id) SELECT id FROM sync_conflicts WHERE state = 'open' AND hall_external_id = $1",
            &[hall],
        )?,
    };
    connection.row(
        "SELECT count(*) AS open, count(DISTINCT c.row_id) AS rows, count(DISTINCT c.hall_external_id) AS halls
         FROM resolving JOIN sync_conflicts AS c ON c.id = resolving.id",
        &[],
    )
}

/// Resolves what was chosen, and returns how many rows take the centre's decision.
pub(crate) fn resolve(connection: &mut Connection, resolution: &Resolution) -> Result<i64, StoreError> {
    let Resolution { side, by, reason } = resolution;
    connection.run(include_str!("conflicts/audit_attendance.sql"), &[side, side, reason])?;
    connection.run(include_str!("conflicts/audit_violations.sql"), &[side, side, reason])?;
    let mut changed = 0;
    if *side == "centre" {
        changed += connection.run(include_str!("conflicts/take_attendance.sql"), &[])?;
        changed += connection.run(include_str!("conflicts/take_violations.sql"), &[])?;
    }
    connection.execute(include_str!("conflicts/remember.sql"))?;
    connection.run(
        "UPDATE sync_conflicts
         SET state = 'resolved', resolution = $1, resolved_by = $2, reason = $3, closed_at = (SELECT now FROM pass)
         WHERE id IN (SELECT id FROM resolving)",
        &[side, by, reason],
    )?;
    Ok(i64::try_from(changed).unwrap_or(i64::MAX))
}

/// Closes the alerts of halls that have no open conflict any more.
pub(crate) fn close_alerts(connection: &mut Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.run(
        "UPDATE alerts SET closed_at = $1
         WHERE closed_at IS NULL AND kind = 'conflict'
           AND NOT EXISTS (SELECT 1 FROM sync_conflicts AS c
                           WHERE c.state = 'open' AND 'hall:' || CAST(c.hall_external_id AS text) = alerts.scope)",
        &[&now],
    )?;
    Ok(())
}
