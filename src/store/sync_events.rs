//! Events that came in: a row each, by which a second arrival is known, and which waits until its pull is done
//! (contract §12.3).

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// One event of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewEvent {
    /// What happened.
    pub event_type: String,
    /// What it happened to, as it says.
    pub resource: Option<String>,
    /// What it asks to pull.
    pub pull: Option<String>,
}

/// A row of a request.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct StoredEvent {
    /// The row.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// As of [`NewEvent`].
    #[diesel(sql_type = Text)]
    pub event_type: String,
    /// As of [`NewEvent`].
    #[diesel(sql_type = Nullable<Text>)]
    pub resource: Option<String>,
    /// As of [`NewEvent`].
    #[diesel(sql_type = Nullable<Text>)]
    pub pull: Option<String>,
    /// Whether its pull is done, or there is none.
    #[diesel(sql_type = Bool)]
    pub is_done: bool,
    /// Of the request's body.
    #[diesel(sql_type = Text)]
    pub digest: String,
}

/// Stores the events of a request, unless it was stored before. Returns its rows, and whether they are new.
pub(crate) fn store(
    connection: &mut Connection,
    event_id: &str,
    digest: &str,
    events: &[NewEvent],
    now: DateTime<Utc>,
) -> Result<(Vec<StoredEvent>, bool), StoreError> {
    let rows: Value = (events.iter().zip(0..))
        .map(|(event, part): (_, u32)| {
            json!({ "part": part, "type": event.event_type, "resource": event.resource, "pull": event.pull })
        })
        .collect();
    connection.transaction(|connection| {
        // Of two that come at once the second waits for the first, and then finds its rows.
        let inserted = connection.run(
            "INSERT INTO sync_events (event_id, part, digest, type, resource, pull, received_at, done_at)
             SELECT $1, (item.value ->> 'part')::integer, $2, item.value ->> 'type', item.value ->> 'resource',
                    item.value ->> 'pull', $3, CASE WHEN item.value ->> 'pull' IS NULL THEN $4::timestamptz END
             FROM json_each($5) AS item WHERE (1 = 1)
             ON CONFLICT (event_id, part) DO NOTHING",
            &[&event_id, &digest, &now, &now, &rows],
        )?;
        Ok((of_request(connection, event_id)?, inserted > 0))
    })
}

/// The rows of a request, in its order.
pub(crate) fn of_request(
    connection: &mut Connection,
    event_id: &str,
) -> Result<Vec<StoredEvent>, StoreError> {
    connection.rows_with(
        "SELECT id, type AS event_type, resource, pull, (done_at IS NOT NULL) AS is_done, digest FROM sync_events
         WHERE event_id = $1 ORDER BY part",
        &[&event_id],
    )
}

/// What of [`NewEvent::pull`] a pass answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answered {
    /// What asks for exactly this.
    This(String),
    /// What begins so. It has no character that LIKE reads otherwise.
    Beginning(&'static str),
}

/// Says that what these events ask for was pulled by a pass that began then.
pub(crate) fn pulled(
    connection: &mut Connection,
    answered: &[Answered],
    (started_at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StoreError> {
    if answered.is_empty() {
        return Ok(());
    }
    let row = |answered: &Answered| match answered {
        Answered::This(pull) => json!([pull, null]),
        Answered::Beginning(beginning) => json!([null, beginning]),
    };
    let rows: Value = answered.iter().map(row).collect();
    connection.run(
        "UPDATE sync_events SET done_at = $1
         WHERE done_at IS NULL AND pull IS NOT NULL AND received_at <= $2
           AND EXISTS (SELECT 1 FROM json_each($3) AS item
                       WHERE sync_events.pull = item.value ->> 0 OR sync_events.pull LIKE (item.value ->> 1) || '%')",
        &[&now, &started_at, &rows],
    )?;
    Ok(())
}

/// Writes an audit row about each of these events: what it said, and what was done.
pub(crate) fn audit(
    connection: &mut Connection,
    event_id: &str,
    events: &[(StoredEvent, &str)],
    (run_id, now): (Uuid, DateTime<Utc>),
) -> Result<(), StoreError> {
    for (event, done) in events {
        let value = json!({
            "id": event_id, "type": event.event_type, "resource": event.resource, "pull": event.pull, "done": done,
        });
        connection.run(
            "INSERT INTO audit_logs (run_id, action, entity_type, entity_id, new_value, created_at)
             VALUES ($1, 'event_received', 'event', $2, $3, $4)",
            &[&run_id, &event.id, &value, &now],
        )?;
    }
    Ok(())
}
