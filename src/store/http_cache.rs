//! What is kept of the API's answers, so that one which brings nothing new is known: what it said by which it can be asked
//! (RFC 9110 §13), and the SHA-256 of its body (contract §7, "Conditional requests").

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

/// Which pass keeps an answer: later passes of its scope that change something make it useless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keeper {
    /// The run.
    pub run_id: Uuid,
    /// When its pass started.
    pub started_at: DateTime<Utc>,
}

/// What is kept of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    /// What it said by which it can be asked whether anything is new.
    pub validators: Validators,
    /// The SHA-256 of its body, in hexadecimal digits.
    pub body_sha256: Option<String>,
}

#[derive(QueryableByName)]
struct KeptRow {
    #[diesel(sql_type = Text)]
    request: String,
    #[diesel(sql_type = Nullable<Text>)]
    etag: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    last_modified: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    body_sha256: Option<String>,
}

/// What is kept of this base URL and requests like `like`, and still counts: it was read by these `rules`, and no other
/// pass of its scope has changed anything since, counted from the start of the pass that kept it.
pub(crate) fn usable(
    connection: &mut Connection,
    base_url: &str,
    like: Request,
    rules: &str,
) -> Result<HashMap<String, Kept>, StoreError> {
    let (pattern, date) = match like {
        Request::HallRooms(_) => (format!("{} %", like.sync_type().name()), None),
        Request::Halls => (request_key(like), None),
        Request::Participants(_) => (request_key(like), Some(like.scope())),
    };
    // Passes of the run that kept them do not count, but for the pass of halls that a run of dates makes.
    let rows: Vec<KeptRow> = connection.rows_with(
        "SELECT v.request, v.etag, v.last_modified, v.body_sha256 FROM validators AS v
         WHERE v.base_url = $1 AND v.request LIKE $2 AND v.rules = $3
           AND NOT EXISTS (
               SELECT 1 FROM sync_logs AS log
               WHERE log.status = 'completed' AND log.completed_at >= v.started_at
                 AND NOT (log.run_id = v.run_id AND ($4::text IS NULL OR log.sync_type = 'participants'))
                 AND (log.sync_type IN ('exam_halls', 'hall_rooms')
                      OR (log.sync_type = 'participants' AND log.scope = $4))
                 AND log.records_created + log.records_updated + log.records_deleted > 0)",
        &[&base_url, &pattern, &rules, &date],
    )?;
    let kept = rows.into_iter().map(|KeptRow { request, etag, last_modified, body_sha256 }| {
        let validators = Validators {
            etag: etag.filter(|etag| is_header(&request, "etag", etag)),
            last_modified: last_modified.filter(|at| is_header(&request, "last_modified", at)),
        };
        (request, Kept { validators, body_sha256 })
    });
    Ok(kept.collect())
}

/// Whether a stored validator can be sent. One that another program spoiled is reported, and is as none.
fn is_header(request: &str, column: &str, value: &str) -> bool {
    let fits = HeaderValue::from_str(value).is_ok();
    if !fits {
        report_passed_over(&format!("validators {request}: the value of {column} can't be a header"));
    }
    fits
}

/// Keeps these answers of a completed pass, in the pass's own transaction, in the place of what was kept of their requests.
pub(crate) fn store(
    connection: &mut Connection,
    base_url: &str,
    rules: &str,
    keeper: Keeper,
    answers: &[(Request, Kept)],
) -> Result<(), StoreError> {
    if answers.is_empty() {
        return Ok(());
    }
    let answers = answers.iter().map(|(request, Kept { validators, body_sha256 })| {
        let Validators { etag, last_modified } = validators;
        json!({
            "request": request_key(*request), "etag": etag, "last_modified": last_modified,
            "body_sha256": body_sha256,
        })
    });
    // SQLite would take the ON of an upsert for that of a join, but for the WHERE.
    connection.run(
        "INSERT INTO validators (base_url, rules, run_id, started_at, request, etag, last_modified, body_sha256)
         SELECT $1, $2, $3, $4, item.value ->> 'request', item.value ->> 'etag', item.value ->> 'last_modified',
                item.value ->> 'body_sha256'
         FROM json_each($5) AS item WHERE true
         ON CONFLICT (base_url, request) DO UPDATE SET
             rules = excluded.rules, run_id = excluded.run_id, started_at = excluded.started_at, etag = excluded.etag,
             last_modified = excluded.last_modified, body_sha256 = excluded.body_sha256",
        &[&base_url, &rules, &keeper.run_id, &keeper.started_at, &answers.collect::<Value>()],
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
