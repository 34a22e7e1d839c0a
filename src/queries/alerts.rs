//! The open alerts, and which messages of alerts were not delivered.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;

use crate::model::scope::{self, Scope};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::Moment;
use crate::text::serialize::at;

/// One open alert (contract §8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, QueryableByName)]
pub(crate) struct OpenAlert {
    /// The command that it belongs to.
    #[diesel(sql_type = Text)]
    pub command: String,
    /// The exam date that it belongs to, or everything of the command.
    #[diesel(sql_type = Text)]
    #[serde(rename = "exam_date", serialize_with = "scope::serialize_date")]
    pub scope: Scope,
    /// What kind it is.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Since when.
    #[diesel(sql_type = Moment)]
    #[serde(serialize_with = "at")]
    pub opened_at: DateTime<Utc>,
    /// What it says.
    #[diesel(sql_type = Text)]
    pub message: String,
}

/// All alerts that are open, oldest first.
pub(crate) fn open_alerts(connection: &mut Connection) -> Result<Vec<OpenAlert>, StoreError> {
    connection.rows(
        "SELECT command, scope, kind, opened_at, message FROM alerts
         WHERE closed_at IS NULL ORDER BY opened_at, id",
    )
}

/// Messages that one destination has not taken yet, at least once tried and not given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, QueryableByName)]
pub(crate) struct Undelivered {
    /// `mail` or `webhook`.
    #[diesel(sql_type = Text)]
    pub channel: String,
    /// The recipients; a webhook's place in the list and its host.
    #[diesel(sql_type = Text)]
    pub destination: String,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub messages: i64,
    /// When the first of them was written.
    #[diesel(sql_type = Moment)]
    #[serde(serialize_with = "at")]
    pub since: DateTime<Utc>,
    /// What the newest try met.
    #[diesel(sql_type = Nullable<Text>)]
    pub last_error: Option<String>,
}

/// Where messages wait for another try, by channel and destination.
pub(crate) fn undelivered(connection: &mut Connection) -> Result<Vec<Undelivered>, StoreError> {
    connection.rows(
        "WITH waiting AS (
             SELECT * FROM outbox WHERE delivered_at IS NULL AND given_up_at IS NULL AND tries > 0
         )
         SELECT channel, destination, count(DISTINCT message_id) AS messages, min(created_at) AS since,
                (SELECT last_error FROM waiting newest
                 WHERE newest.channel = waiting.channel AND newest.destination = waiting.destination
                 ORDER BY last_tried_at DESC, id DESC LIMIT 1) AS last_error
         FROM waiting GROUP BY channel, destination ORDER BY channel, destination",
    )
}
