//! Where batches go to: known by a digest of scheme, host, port and path, and shown as the host.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Integer, Nullable, Text};
use serde_json::{Value, json};

use crate::clock::before;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::outbox::Kind;
use crate::store::values::Moment;

/// What a destination takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Change events.
    Events,
    /// Attendance and violations.
    Records,
}

impl Takes {
    fn name(self) -> &'static str {
        match self {
            Takes::Events => "webhook",
            Takes::Records => "api",
        }
    }
}

/// A destination that the settings name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownDestination {
    /// Of scheme, host, port and path.
    pub digest: String,
    /// What it takes.
    pub takes: Takes,
    /// Its host, and the port where one is named.
    pub host: String,
}

/// The state of a destination.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct DestinationState {
    /// As of [`KnownDestination`].
    #[diesel(sql_type = Text)]
    pub digest: String,
    /// Events from then on are for it.
    #[diesel(sql_type = Moment)]
    pub since: DateTime<Utc>,
    /// Since when nothing is sent to it, until a person says so.
    #[diesel(sql_type = Nullable<Moment>)]
    pub stopped_at: Option<DateTime<Utc>>,
    /// Why.
    #[diesel(sql_type = Nullable<Text>)]
    pub stopped_why: Option<String>,
    /// Nothing is sent to it before.
    #[diesel(sql_type = Nullable<Moment>)]
    pub rests_until: Option<DateTime<Utc>>,
    /// The runs in a row that it ended.
    #[diesel(sql_type = Integer)]
    pub failures: i32,
}

/// Makes the rows of destinations that are new. One begins with what is written from then on; the first one that a
/// database has begins with what waits and is not too old to be sent.
pub(crate) fn register(
    connection: &mut Connection,
    known: &[KnownDestination],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let is_first = !connection.any("push_destinations WHERE kind = $1", &[&Takes::Events.name()])?;
    let since = if is_first { before(now, Kind::Event.policy().given_up_after) } else { now };
    for KnownDestination { digest, takes, host } in known {
        connection.run(
            "INSERT INTO push_destinations (digest, kind, host, since) VALUES ($1, $2, $3, $4)
             ON CONFLICT (digest) DO NOTHING",
            &[digest, &takes.name(), host, &since],
        )?;
    }
    Ok(())
}

/// The state of a destination; `None` where it has no row yet.
pub(crate) fn state(
    connection: &mut Connection,
    digest: &str,
) -> Result<Option<DestinationState>, StoreError> {
    let rows = connection.rows_with(
        "SELECT digest, since, stopped_at, stopped_why, rests_until, failures FROM push_destinations WHERE digest = $1",
        &[&digest],
    )?;
    Ok(rows.into_iter().next())
}

/// Ends that a destination is stopped or rests.
pub(crate) fn resume(connection: &mut Connection, digest: &str) -> Result<(), StoreError> {
    connection.run(
        "UPDATE push_destinations SET stopped_at = NULL, stopped_why = NULL, rests_until = NULL, failures = 0
         WHERE digest = $1",
        &[&digest],
    )?;
    Ok(())
}

/// Stops a destination, until a person has it taken up again.
pub(crate) fn stop(
    connection: &mut Connection,
    digest: &str,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.run(
        "UPDATE push_destinations SET stopped_at = coalesce(stopped_at, $1), stopped_why = $2 WHERE digest = $3",
        &[&now, &why, &digest],
    )?;
    Ok(())
}

/// Those of these destinations that stopped, each with why, by host.
pub(crate) fn stopped(connection: &mut Connection, digests: &[&str]) -> Result<Vec<String>, StoreError> {
    let listed: Value = digests.iter().map(|digest| json!([digest])).collect();
    connection.values(
        "SELECT host || ': ' || coalesce(stopped_why, '') AS value FROM push_destinations
         WHERE stopped_at IS NOT NULL AND digest IN (SELECT item.value ->> 0 FROM json_each($1) AS item)
         ORDER BY value",
        &[&listed],
    )
}

/// Has a destination rest until then.
pub(crate) fn rest(
    connection: &mut Connection,
    digest: &str,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.run(
        "UPDATE push_destinations SET rests_until = $1, failures = failures + 1 WHERE digest = $2",
        &[&until, &digest],
    )?;
    Ok(())
}

/// Counts what was delivered, which also ends that the destination failed.
pub(crate) fn count(
    connection: &mut Connection,
    digest: &str,
    (records, batches, tries): (i64, i64, i64),
) -> Result<(), StoreError> {
    connection.run(
        "UPDATE push_destinations SET delivered = delivered + $1, batches = batches + $2, tries = tries + $3,
                rests_until = NULL, failures = 0
         WHERE digest = $4",
        &[&records, &batches, &tries, &digest],
    )?;
    Ok(())
}
