//! What the API said of its answers, so that it can be asked whether anything is new (contract §7,
//! "Conditional requests"; RFC 9110 §13).

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};
use uuid::Uuid;

use super::staging::timestamp;
use crate::feed::{Request, Validators};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// Rows written by one statement: far below the bind limits of both databases.
const ROWS_PER_STATEMENT: usize = 500;

/// Which pass keeps validators: later passes of its scope that change something make them useless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keeper {
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
///
/// # Errors
/// When the database fails.
pub fn usable(
    connection: &mut Connection,
    base_url: &str,
    like: Request,
) -> Result<HashMap<String, Validators>, StoreError> {
    if !are_kept(connection, base_url)? {
        return Ok(HashMap::new());
    }
    let (pattern, own, others) = match like {
        Request::Halls => ("halls".to_string(), "true", String::new()),
        Request::HallRooms(_) => ("rooms %".to_string(), "true", String::new()),
        Request::Participants(date) => {
            (request_key(Request::Participants(date)), "log.sync_type = 'participants'", or_of_date(date))
        }
    };
    let rows: Vec<CachedValidators> = connection.rows_with(
        &format!(
            "SELECT v.request, v.etag, v.last_modified FROM validators AS v
             WHERE v.base_url = $1 AND v.request LIKE '{pattern}'
               AND NOT EXISTS (
                   SELECT 1 FROM sync_logs AS log
                   WHERE log.status = 'completed' AND log.completed_at >= v.started_at
                     AND NOT (log.run_id = v.run_id AND {own})
                     AND (log.sync_type IN ('exam_halls', 'hall_rooms'){others})
                     AND log.records_created + log.records_updated + log.records_deleted > 0)"
        ),
        &[Some(base_url.to_string())],
    )?;
    Ok(rows
        .into_iter()
        .map(|row| (row.request, Validators { etag: row.etag, last_modified: row.last_modified }))
        .collect())
}

/// Whether there are any of this base URL: most external systems give none, and then there is no more to ask.
fn are_kept(connection: &mut Connection, base_url: &str) -> Result<bool, StoreError> {
    connection.any("validators WHERE base_url = $1", &[Some(base_url.to_string())])
}

fn or_of_date(date: NaiveDate) -> String {
    format!(" OR (log.sync_type = 'participants' AND log.metadata ->> 'exam_date' = '{date}')")
}

/// Keeps what the answers of a completed pass said, in the pass's own transaction; an answer without
/// validators forgets the ones of the answer before.
///
/// # Errors
/// When the database fails.
pub fn store(
    connection: &mut Connection,
    base_url: &str,
    keeper: Keeper,
    answers: &[(Request, Validators)],
) -> Result<(), StoreError> {
    if answers.iter().all(|(_, said)| *said == Validators::default()) && !are_kept(connection, base_url)? {
        return Ok(());
    }
    for chunk in answers.chunks(ROWS_PER_STATEMENT) {
        let keys: Vec<String> =
            chunk.iter().map(|(request, _)| format!("'{}'", request_key(*request))).collect();
        connection.run(
            &format!("DELETE FROM validators WHERE base_url = $1 AND request IN ({})", keys.join(", ")),
            &[Some(base_url.to_string())],
        )?;
        let mut values = Vec::new();
        let mut parameters = Vec::new();
        for (request, validators) in chunk {
            if *validators == Validators::default() {
                continue;
            }
            let first = parameters.len() + 1;
            values.push(format!(
                "(${first}, '{}', ${}, ${}, '{}', '{}')",
                request_key(*request),
                first + 1,
                first + 2,
                keeper.run_id,
                timestamp(keeper.started_at)
            ));
            parameters.push(Some(base_url.to_string()));
            parameters.push(validators.etag.clone());
            parameters.push(validators.last_modified.clone());
        }
        if !values.is_empty() {
            let values = values.join(", ");
            connection.run(
                &format!(
                    "INSERT INTO validators (base_url, request, etag, last_modified, run_id, started_at) VALUES {values}"
                ),
                &parameters,
            )?;
        }
    }
    Ok(())
}

/// Forgets what was kept of these requests, whatever the base URL.
///
/// # Errors
/// When the database fails.
pub fn forget(
    connection: &mut Connection,
    requests: impl Iterator<Item = Request>,
) -> Result<(), StoreError> {
    if !connection.any("validators", &[])? {
        return Ok(());
    }
    let keys: Vec<String> = requests.map(|request| format!("'{}'", request_key(request))).collect();
    for chunk in keys.chunks(ROWS_PER_STATEMENT) {
        connection.execute(&format!("DELETE FROM validators WHERE request IN ({})", chunk.join(", ")))?;
    }
    Ok(())
}

/// The name of a request in the table; made of nothing that comes from outside.
pub fn request_key(request: Request) -> String {
    match request {
        Request::Halls => "halls".to_string(),
        Request::HallRooms(hall) => format!("rooms {hall}"),
        Request::Participants(date) => format!("participants {date}"),
    }
}
