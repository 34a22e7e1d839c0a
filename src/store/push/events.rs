//! Change events that are in no batch yet: read, given their revision, and marked as frozen (contract §12.1).

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Json, Moment, UniqueId};

/// One event of the table, with its revision.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ChangeEvent {
    /// What names it.
    pub uid: Uuid,
    /// What happened.
    pub event_type: String,
    /// What kind of thing it happened to.
    pub resource_type: String,
    /// Which of these.
    pub resource_id: String,
    /// One more than that of the last event of its resource.
    pub revision: i64,
    /// What it says.
    pub data: Value,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct EventRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = UniqueId)]
    uid: Uuid,
    #[diesel(sql_type = Text)]
    event_type: String,
    #[diesel(sql_type = Text)]
    resource_type: String,
    #[diesel(sql_type = Text)]
    resource_id: String,
    #[diesel(sql_type = Nullable<Json>)]
    data: Option<Value>,
    #[diesel(sql_type = Moment)]
    occurred_at: DateTime<Utc>,
    #[diesel(sql_type = Moment)]
    created_at: DateTime<Utc>,
}

/// Takes at most so many of the events that are in no batch yet, oldest first, of those after `after`, which becomes the last
/// of them. They are marked as frozen in the transaction under way, in which their batches are to be made.
pub(crate) fn take(
    connection: &mut Connection,
    after: &mut i64,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<ChangeEvent>, StoreError> {
    if let Connection::Postgres(..) = connection {
        // Without statistics the planner would sort all that is new for each portion; the index has it in its order.
        connection.execute("SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")?;
    }
    let rows: Vec<EventRow> = connection.rows_with(
        "SELECT id, uid, type AS event_type, resource_type, resource_id, readable_json(data) AS data, occurred_at,
                created_at
         FROM change_events WHERE frozen_at IS NULL AND id > $1 ORDER BY id LIMIT $2",
        &[&*after, &most],
    )?;
    *after = rows.last().map_or(*after, |row| row.id);
    let mut revisions = new_revisions(connection, &rows)?;
    let mut events = Vec::with_capacity(rows.len());
    let mut marks = Vec::with_capacity(rows.len());
    for row in rows {
        let next = revisions.entry((row.resource_type.clone(), row.resource_id.clone())).or_default();
        *next += 1;
        marks.push(json!([row.id, *next]));
        events.push(ChangeEvent {
            uid: row.uid,
            event_type: row.event_type,
            resource_type: row.resource_type,
            resource_id: row.resource_id,
            revision: *next,
            data: row.data.unwrap_or(Value::Null),
            occurred_at: row.occurred_at,
            created_at: row.created_at,
        });
    }
    if !marks.is_empty() {
        connection.run(
            "UPDATE change_events SET frozen_at = $1, revision = (item.value ->> 1)::bigint
             FROM json_each($2) AS item WHERE change_events.id = (item.value ->> 0)::bigint",
            &[&now, &Value::Array(marks)],
        )?;
    }
    Ok(events)
}

#[derive(QueryableByName)]
struct Revision {
    #[diesel(sql_type = Text)]
    resource_type: String,
    #[diesel(sql_type = Text)]
    resource_id: String,
    #[diesel(sql_type = BigInt)]
    revision: i64,
}

/// The last revision of each resource before these events, to which as many are added as it has events here.
fn new_revisions(
    connection: &mut Connection,
    rows: &[EventRow],
) -> Result<HashMap<(String, String), i64>, StoreError> {
    let mut counts: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for row in rows {
        *counts.entry((&row.resource_type, &row.resource_id)).or_default() += 1;
    }
    if counts.is_empty() {
        return Ok(HashMap::new());
    }
    let listed: Value = counts.iter().map(|((kind, id), count)| json!([kind, id, count])).collect();
    let reached: Vec<Revision> = connection.rows_with(
        "INSERT INTO change_resources AS known (resource_type, resource_id, revision)
         SELECT item.value ->> 0, item.value ->> 1, (item.value ->> 2)::bigint
         FROM json_each($1) AS item WHERE (1 = 1)
         ON CONFLICT (resource_type, resource_id) DO UPDATE SET revision = known.revision + excluded.revision
         RETURNING resource_type, resource_id, revision",
        &[&listed],
    )?;
    let before = |row: Revision| {
        let count = counts.get(&(row.resource_type.as_str(), row.resource_id.as_str())).copied();
        ((row.resource_type, row.resource_id), row.revision - count.unwrap_or_default())
    };
    Ok(reached.into_iter().map(before).collect())
}
