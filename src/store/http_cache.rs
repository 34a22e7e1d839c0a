//! What the API said of its answers, so that it can be asked whether anything is new (contract §7,
//! "Conditional requests"; RFC 9110 §13).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};
use http::HeaderValue;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::feed::{Request, Validators};
use crate::store::connection::{Connection, report_passed_over};
use crate::store::error::StoreError;

/// Which pass keeps validators: later passes of its scope that change something make them useless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keeper {
    /// The run.
    pub run_id: Uuid,
    /// When its pass started.
    pub started_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct CachedValidators {
    #[diesel(sql_type = Text)]
    request: String,
    #[diesel(sql_type = Nullable<Text>)]
    etag: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    last_modified: Option<String>,
}

/// The validators that may be sent to this base URL with requests like `like`: those of whose scope no
/// other pass has changed anything since, counted from the start of the pass that kept them.
pub(crate) fn usable(
    connection: &mut Connection,
    base_url: &str,
    like: Request,
) -> Result<HashMap<String, Validators>, StoreError> {
    if !are_kept(connection, base_url)? {
        return Ok(HashMap::new());
    }
    let (pattern, date) = match like {
        Request::HallRooms(_) => (format!("{} %", like.sync_type().name()), None),
        Request::Halls => (request_key(like), None),
        Request::Participants(_) => (request_key(like), Some(like.scope())),
    };
    // Passes of the run that kept them do not count, but for the pass of halls that a run of dates makes.
    let rows: Vec<CachedValidators> = connection.rows_with(
        "SELECT v.request, v.etag, v.last_modified FROM validators AS v
         WHERE v.base_url = $1 AND v.request LIKE $2
           AND NOT EXISTS (
               SELECT 1 FROM sync_logs AS log
               WHERE log.status = 'completed' AND log.completed_at >= v.started_at
                 AND NOT (log.run_id = v.run_id AND ($3::text IS NULL OR log.sync_type = 'participants'))
                 AND (log.sync_type IN ('exam_halls', 'hall_rooms')
                      OR (log.sync_type = 'participants' AND log.scope = $3))
                 AND log.records_created + log.records_updated + log.records_deleted > 0)",
        &[&base_url, &pattern, &date],
    )?;
    Ok(rows
        .into_iter()
        .map(|CachedValidators { request, etag, last_modified }| {
            let validators = Validators {
                etag: etag.filter(|etag| is_header(&request, "etag", etag)),
                last_modified: last_modified.filter(|at| is_header(&request, "last_modified", at)),
            };
            (request, validators)
        })
        .collect())
}

/// Whether a stored validator can be sent. One that another program spoiled is reported, and is as none.
fn is_header(request: &str, column: &str, value: &str) -> bool {
    let fits = HeaderValue::from_str(value).is_ok();
    if !fits {
        report_passed_over(&format!("validators {request}: what stands in {column} makes no header"));
    }
    fits
}

/// Whether there are any of this base URL: most external systems give none, and then there is no more to ask.
fn are_kept(connection: &mut Connection, base_url: &str) -> Result<bool, StoreError> {
    connection.any("validators WHERE base_url = $1", &[&base_url])
}

/// Keeps what the answers of a completed pass said, in the pass's own transaction; an answer without
/// validators forgets the ones of the answer before.
pub(crate) fn store(
    connection: &mut Connection,
    base_url: &str,
    keeper: Keeper,
    answers: &[(Request, Validators)],
) -> Result<(), StoreError> {
    if answers.iter().all(|(_, said)| *said == Validators::default()) && !are_kept(connection, base_url)? {
        return Ok(());
    }
    connection.run(
        "DELETE FROM validators
         WHERE base_url = $1 AND request IN (SELECT item.value ->> 'request' FROM json_each($2) AS item)",
        &[&base_url, &requests(answers.iter().map(|(request, _)| *request))],
    )?;
    let given = answers.iter().filter(|(_, said)| *said != Validators::default());
    let given: Vec<Value> = given
        .map(|(request, Validators { etag, last_modified })| {
            json!({ "request": request_key(*request), "etag": etag, "last_modified": last_modified })
        })
        .collect();
    if given.is_empty() {
        return Ok(());
    }
    connection.run(
        "INSERT INTO validators (base_url, run_id, started_at, request, etag, last_modified)
         SELECT $1, $2, $3, item.value ->> 'request', item.value ->> 'etag', item.value ->> 'last_modified'
         FROM json_each($4) AS item",
        &[&base_url, &keeper.run_id, &keeper.started_at, &Value::from(given)],
    )?;
    Ok(())
}

/// Forgets what was kept of these requests, whatever the base URL.
pub(crate) fn forget(
    connection: &mut Connection,
    forgotten: impl Iterator<Item = Request>,
) -> Result<(), StoreError> {
    if !connection.any("validators", &[])? {
        return Ok(());
    }
    connection.run(
        "DELETE FROM validators WHERE request IN (SELECT item.value ->> 'request' FROM json_each($1) AS item)",
        &[&requests(forgotten)],
    )?;
    Ok(())
}

/// A list of requests for a statement.
fn requests(requests: impl Iterator<Item = Request>) -> Value {
    requests.map(|request| json!({ "request": request_key(request) })).collect()
}

/// The name of a request in the table: its sync type and scope.
pub(crate) fn request_key(request: Request) -> String {
    format!("{} {}", request.sync_type().name(), request.scope())
}
