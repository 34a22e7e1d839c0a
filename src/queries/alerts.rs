//! The open alerts, and which messages of alerts were not delivered.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::model::scope::Scope;
use crate::report::causes;
use crate::report::subjects::Subjects;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Moment, UniqueId};
use crate::text::serialize::at;

/// One open alert (contract §8): what several dates or commands fail of is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenAlert {
    /// What it is about.
    pub subjects: Subjects,
    /// The same as a person calls it.
    pub label: String,
    /// What kind it is.
    pub kind: String,
    /// Since when.
    pub opened_at: DateTime<Utc>,
    /// What it says.
    pub message: String,
}

impl OpenAlert {
    /// What it says, without what it is about, which most messages begin with.
    pub(crate) fn summary(&self) -> &str {
        self.message.strip_prefix(&format!("{}: ", self.label)).unwrap_or(&self.message)
    }

    /// Whether it is about a state that `status` sees for itself, as it is now.
    pub(crate) fn is_of_state(&self) -> bool {
        matches!(self.kind.as_str(), "closed_in_use" | "token_ends" | "centre_unacknowledged" | "conflict")
    }

    /// Whether it is about a failure of this date, or of this command as a whole.
    pub(crate) fn is_failure_of(&self, command: &str, scope: &Scope) -> bool {
        FAILURES.contains(&self.kind.as_str()) && self.subjects.contains(command, scope)
    }
}

impl Serialize for OpenAlert {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let commands = self.subjects.commands();
        let mut fields = serializer.serialize_struct("OpenAlert", 8)?;
        fields.serialize_field("command", &commands.first())?;
        fields.serialize_field("commands", &commands)?;
        fields.serialize_field("exam_date", &self.subjects.single_date())?;
        fields.serialize_field("exam_dates", &self.subjects.dates())?;
        fields.serialize_field("kind", &self.kind)?;
        fields.serialize_field("opened_at", &self.opened_at.to_rfc3339_opts(SecondsFormat::Millis, true))?;
        fields.serialize_field("about", &self.label)?;
        fields.serialize_field("message", &self.message)?;
        fields.end()
    }
}

/// The kinds of alerts that are about a failed pass: what several dates or commands fail of is one.
pub(crate) const FAILURES: [&str; 4] = ["failure", "refused", "auth", "setup"];

#[derive(QueryableByName)]
struct OpenRow {
    #[diesel(sql_type = Text)]
    command: String,
    #[diesel(sql_type = Text)]
    scope: Scope,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Moment)]
    opened_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    message: String,
}

/// Which open alerts are looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Looked<'a> {
    /// Those that are open then.
    pub now: DateTime<Utc>,
    /// Those about dates from then on,
    pub from: NaiveDate,
    /// and up to then.
    pub to: Option<NaiveDate>,
    /// Whether those about commands as a whole are, too.
    pub with_commands: bool,
    /// All dates that there are, among which those of an alert are counted.
    pub dates: &'a [NaiveDate],
}

/// The alerts that are open, oldest first.
pub(crate) fn open_alerts(
    connection: &mut Connection,
    looked: Looked<'_>,
) -> Result<Vec<OpenAlert>, StoreError> {
    let rows: Vec<OpenRow> = connection.rows_with(
        "SELECT command, scope, kind, opened_at, message FROM alerts
         WHERE closed_at IS NULL AND (closes_at IS NULL OR closes_at > $1)
           AND (exam_date IS NULL AND $2 OR exam_date BETWEEN $3 AND coalesce($4, '9999-12-31'::date))
         ORDER BY opened_at, id",
        &[&looked.now, &looked.with_commands, &looked.from, &looked.to],
    )?;
    Ok(put_together(rows, looked.dates))
}

fn put_together(rows: Vec<OpenRow>, dates: &[NaiveDate]) -> Vec<OpenAlert> {
    let mut groups: Vec<((String, String), Vec<OpenRow>)> = Vec::new();
    for row in rows {
        // Other findings than failures are alike where they say the same.
        let why = match FAILURES.contains(&row.kind.as_str()) {
            true => causes::cause(&row.message),
            false => row.message.clone(),
        };
        let key = (row.kind.clone(), why);
        match groups.iter_mut().find(|(own, _)| *own == key) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((key, vec![row])),
        }
    }
    groups.into_iter().filter_map(|(_, rows)| alert_of(rows, dates)).collect()
}

/// The one alert that these rows are, oldest first.
fn alert_of(rows: Vec<OpenRow>, dates: &[NaiveDate]) -> Option<OpenAlert> {
    let subjects = Subjects::of(rows.iter().map(|row| (row.command.as_str(), &row.scope)));
    let label = subjects.label(dates);
    let OpenRow { kind, opened_at, message, .. } = rows.into_iter().next()?;
    let message = match subjects.len() {
        1 => message,
        _ => format!("{label}: {}", causes::reason(causes::why(&message))),
    };
    Some(OpenAlert { subjects, label, kind, opened_at, message })
}

/// Messages that one destination has not taken yet, at least once tried and not given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Undelivered {
    /// `mail` or `webhook`.
    pub channel: String,
    /// The recipients; a webhook's place in the list and its host.
    pub destination: String,
    /// How many.
    pub messages: i64,
    /// When the first of them was written.
    #[serde(serialize_with = "at")]
    pub since: DateTime<Utc>,
    /// What the newest try met.
    pub last_error: Option<String>,
}

/// One of them, or a part of one.
#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = UniqueId)]
    message_id: Uuid,
    #[diesel(sql_type = Text)]
    channel: String,
    #[diesel(sql_type = Text)]
    destination: String,
    #[diesel(sql_type = Moment)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
}

/// Where messages wait for another try, by channel and destination.
pub(crate) fn undelivered(connection: &mut Connection) -> Result<Vec<Undelivered>, StoreError> {
    let waiting: Vec<Waiting> = connection.rows(
        "SELECT message_id, channel, destination, created_at, last_error FROM outbox
         WHERE delivered_at IS NULL AND given_up_at IS NULL AND tries > 0 AND resources IS NULL
         ORDER BY channel, destination, last_tried_at DESC, id DESC",
    )?;
    let mut undelivered: Vec<Undelivered> = Vec::new();
    let mut messages: BTreeSet<Uuid> = BTreeSet::new();
    for Waiting { message_id, channel, destination, created_at, last_error } in waiting {
        let known = undelivered.last_mut();
        match known.filter(|known| known.channel == channel && known.destination == destination) {
            Some(known) => {
                known.messages += i64::from(messages.insert(message_id));
                known.since = known.since.min(created_at);
            }
            None => {
                messages = BTreeSet::from([message_id]);
                undelivered.push(Undelivered {
                    channel,
                    destination,
                    messages: 1,
                    since: created_at,
                    last_error,
                });
            }
        }
    }
    Ok(undelivered)
}
