//! The open alerts, and which messages of alerts were not delivered.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::{date, moment};
use crate::status::model::{OpenAlert, Undelivered};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

#[derive(QueryableByName)]
struct AlertRow {
    #[diesel(sql_type = Text)]
    command: String,
    #[diesel(sql_type = Nullable<Text>)]
    exam_date: Option<String>,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    opened_at: String,
    #[diesel(sql_type = Text)]
    message: String,
}

/// All alerts that are open, oldest first.
///
/// # Errors
/// When the database fails.
pub fn open_alerts(connection: &mut Connection) -> Result<Vec<OpenAlert>, StoreError> {
    let rows: Vec<AlertRow> = connection.rows(
        "SELECT command, CAST(exam_date AS text) AS exam_date, kind, CAST(opened_at AS text) AS opened_at, message
         FROM alerts WHERE closed_at IS NULL ORDER BY alerts.opened_at, id",
    )?;
    let read = |row: AlertRow| {
        Ok(OpenAlert {
            exam_date: row.exam_date.as_deref().map(date).transpose()?,
            opened_at: moment(&row.opened_at)?,
            command: row.command,
            kind: row.kind,
            message: row.message,
        })
    };
    rows.into_iter().map(read).collect()
}

#[derive(QueryableByName)]
struct UndeliveredRow {
    #[diesel(sql_type = Text)]
    channel: String,
    #[diesel(sql_type = Text)]
    destination: String,
    #[diesel(sql_type = BigInt)]
    messages: i64,
    #[diesel(sql_type = Text)]
    since: String,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
}

/// Where messages wait for another try, by channel and destination.
///
/// # Errors
/// When the database fails.
pub fn undelivered(connection: &mut Connection) -> Result<Vec<Undelivered>, StoreError> {
    let rows: Vec<UndeliveredRow> = connection.rows(
        "WITH waiting AS (
             SELECT * FROM outbox WHERE delivered_at IS NULL AND given_up_at IS NULL AND tries > 0
         )
         SELECT channel, destination, count(DISTINCT message_id) AS messages, CAST(min(created_at) AS text) AS since,
                (SELECT last_error FROM waiting newest
                 WHERE newest.channel = waiting.channel AND newest.destination = waiting.destination
                 ORDER BY last_tried_at DESC, id DESC LIMIT 1) AS last_error
         FROM waiting GROUP BY channel, destination ORDER BY channel, destination",
    )?;
    let read = |row: UndeliveredRow| {
        Ok(Undelivered {
            since: moment(&row.since)?,
            channel: row.channel,
            destination: row.destination,
            messages: row.messages,
            last_error: row.last_error,
        })
    };
    rows.into_iter().map(read).collect()
}
