//! The state of the destinations of `push`: what waits, what was delivered, what was put aside or given up (contract
//! §12.2).

mod new;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;
use serde_json::Value;

pub(crate) use self::new::Pushed;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::outbox::Kind;
use crate::store::push::destinations::KnownDestination;
use crate::store::values::{Json, Moment};
use crate::text::serialize::maybe_at;

/// The most records that are put aside or given up and are looked at by type.
const MAX_LOOKED_AT: i64 = 1_000;

/// The most types and resources that are named.
const MAX_FAILURES: usize = 20;

/// One destination.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PushState {
    /// Its host.
    pub destination: String,
    /// Records that are yet to be sent.
    pub waiting: i64,
    /// When the oldest of them was written.
    #[serde(serialize_with = "maybe_at")]
    pub oldest_waiting: Option<DateTime<Utc>>,
    /// Records that it took, ever.
    pub delivered: i64,
    /// Records that it refused.
    pub put_aside: i64,
    /// Records that could not be delivered in three days.
    pub given_up: i64,
    /// What is put aside and given up, by type and resource.
    pub failures: Vec<PushFailure>,
    /// The tries that a batch took until it was delivered.
    pub average_tries: Option<f64>,
    /// Since when nothing is sent there.
    #[serde(serialize_with = "maybe_at")]
    pub stopped_since: Option<DateTime<Utc>>,
}

/// Records of one type and resource that were not delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PushFailure {
    /// The type of an event, else what it is.
    #[serde(rename = "type")]
    pub record_type: String,
    /// What it is about.
    pub resource: String,
    /// How many.
    pub records: i64,
    /// Why the newest of them was not taken.
    pub error: Option<String>,
}

#[derive(QueryableByName)]
struct CountsRow {
    #[diesel(sql_type = BigInt)]
    waiting: i64,
    #[diesel(sql_type = Nullable<Moment>)]
    oldest: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    put_aside: i64,
    #[diesel(sql_type = BigInt)]
    given_up: i64,
}

#[derive(QueryableByName)]
struct StandingRow {
    #[diesel(sql_type = Nullable<Moment>)]
    stopped_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Moment)]
    since: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    delivered: i64,
    #[diesel(sql_type = BigInt)]
    batches: i64,
    #[diesel(sql_type = BigInt)]
    tries: i64,
}

/// The state of these destinations; `pushed` says what goes to the exam system.
pub(crate) fn states(
    connection: &mut Connection,
    known: &[KnownDestination],
    pushed: Pushed,
    now: DateTime<Utc>,
) -> Result<Vec<PushState>, StoreError> {
    known.iter().map(|known| state(connection, known, pushed, now)).collect()
}

fn state(
    connection: &mut Connection,
    known: &KnownDestination,
    pushed: Pushed,
    now: DateTime<Utc>,
) -> Result<PushState, StoreError> {
    let standing: Option<StandingRow> = connection
        .rows_with(
            "SELECT stopped_at, since, delivered, batches, tries FROM push_destinations WHERE digest = $1",
            &[&known.digest],
        )?
        .into_iter()
        .next();
    let new = new::not_frozen(connection, known.takes, standing.as_ref().map(|row| row.since), pushed, now)?;
    // Each record of a batch has a number there.
    let counts: CountsRow = connection.row(
        "SELECT CAST(coalesce(sum(CASE WHEN put_aside_at IS NULL AND given_up_at IS NULL THEN records END), 0) AS bigint) AS waiting,
                min(CASE WHEN put_aside_at IS NULL AND given_up_at IS NULL THEN waits_since END) AS oldest,
                CAST(coalesce(sum(CASE WHEN put_aside_at IS NOT NULL THEN records END), 0) AS bigint) AS put_aside,
                CAST(coalesce(sum(CASE WHEN given_up_at IS NOT NULL THEN records END), 0) AS bigint) AS given_up
         FROM (SELECT put_aside_at, given_up_at, waits_since,
                      length(resources) - length(replace(resources, ' ', '')) + 1 AS records
               FROM outbox
               WHERE destination = $1 AND resources IS NOT NULL AND delivered_at IS NULL) AS batch",
        &[&known.digest],
    )?;
    let standing = standing.as_ref();
    let batches = standing.map_or(0, |row| row.batches);
    Ok(PushState {
        destination: known.host.clone(),
        waiting: counts.waiting + new.records,
        oldest_waiting: [counts.oldest, new.oldest].into_iter().flatten().min(),
        delivered: standing.map_or(0, |row| row.delivered),
        put_aside: counts.put_aside,
        given_up: counts.given_up,
        failures: match counts.put_aside + counts.given_up {
            0 => Vec::new(),
            _ => failures(connection, &known.digest)?,
        },
        average_tries: (batches > 0).then(|| standing.map_or(0.0, |row| row.tries as f64) / batches as f64),
        stopped_since: standing.and_then(|row| row.stopped_at),
    })
}

#[derive(QueryableByName)]
struct FailedRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Json)]
    payload: Value,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
}

/// What is put aside and given up, by type and resource, those of the most records first.
fn failures(connection: &mut Connection, digest: &str) -> Result<Vec<PushFailure>, StoreError> {
    let rows: Vec<FailedRow> = connection.rows_with(
        "SELECT kind, payload, last_error FROM outbox
         WHERE destination = $1 AND resources IS NOT NULL AND delivered_at IS NULL
           AND (put_aside_at IS NOT NULL OR given_up_at IS NOT NULL)
         ORDER BY id DESC LIMIT $2",
        &[&digest, &MAX_LOOKED_AT],
    )?;
    let mut failures: BTreeMap<(String, String), (i64, Option<String>)> = BTreeMap::new();
    for row in rows {
        let body: Value =
            row.payload.as_str().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
        for record in body["data"].as_array().into_iter().flatten() {
            let known =
                failures.entry(named(&row.kind, record)).or_insert_with(|| (0, row.last_error.clone()));
            known.0 += 1;
        }
    }
    let mut failures: Vec<PushFailure> = failures
        .into_iter()
        .map(|((record_type, resource), (records, error))| PushFailure {
            record_type,
            resource,
            records,
            error,
        })
        .collect();
    failures.sort_by_key(|failure| std::cmp::Reverse(failure.records));
    failures.truncate(MAX_FAILURES);
    Ok(failures)
}

/// The type of a record and what it is about.
fn named(kind: &str, record: &Value) -> (String, String) {
    let text = |field: &str| match &record[field] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let resource = match Kind::from_name(kind) {
        Some(Kind::Event) => {
            return (text("type"), format!("{} {}", text("resourceType"), text("resourceId")));
        }
        Some(Kind::Violation) => text("uid"),
        _ if record["profileExamId"].is_null() => {
            format!("room {} {} {}", text("roomId"), text("examDate"), text("startTime"))
        }
        _ => format!("seat {} {}", text("profileExamId"), text("examDate")),
    };
    (kind.to_owned(), resource)
}
