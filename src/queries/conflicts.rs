//! Conflicts between head office and centres (contract §11.7): which there are, and how many are open.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::migrations::optional;
use crate::store::values::{Json, Moment, UniqueId};
use crate::text::serialize::{at, maybe_at};

/// One conflict, as its table has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, QueryableByName)]
pub(crate) struct Conflict {
    /// Its number.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// Its uid.
    #[diesel(sql_type = UniqueId)]
    pub uid: Uuid,
    /// The hall, by external id.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// `participant` or `violation`.
    #[diesel(sql_type = Text)]
    pub entity: String,
    /// Which row it is about.
    #[diesel(sql_type = Json)]
    pub key: Value,
    /// What the centre had known.
    #[diesel(sql_type = Nullable<Json>)]
    pub base: Option<Value>,
    /// What head office decided.
    #[diesel(sql_type = Nullable<Json>)]
    pub head: Option<Value>,
    /// What the centre decided.
    #[diesel(sql_type = Nullable<Json>)]
    pub centre: Option<Value>,
    /// The results that brought it.
    #[diesel(sql_type = Nullable<UniqueId>)]
    pub package_id: Option<Uuid>,
    /// `open`, `resolved`, `agreed` or `superseded`.
    #[diesel(sql_type = Text)]
    pub state: String,
    /// `head` or `centre`.
    #[diesel(sql_type = Nullable<Text>)]
    pub resolution: Option<String>,
    /// Who resolved it.
    #[diesel(sql_type = Nullable<Text>)]
    pub resolved_by: Option<String>,
    /// Why.
    #[diesel(sql_type = Nullable<Text>)]
    pub reason: Option<String>,
    /// Since when.
    #[diesel(sql_type = Moment)]
    #[serde(serialize_with = "at")]
    pub opened_at: DateTime<Utc>,
    /// Until when.
    #[diesel(sql_type = Nullable<Moment>)]
    #[serde(serialize_with = "maybe_at")]
    pub closed_at: Option<DateTime<Utc>>,
}

/// The conflicts of these halls, or of all; the open ones, or all.
pub(crate) fn list(
    connection: &mut Connection,
    halls: &[i64],
    all: bool,
) -> Result<Vec<Conflict>, StoreError> {
    let named: Value = halls.iter().map(|hall| json!({ "hall": hall })).collect();
    connection.rows_with(include_str!("conflicts/list.sql"), &[&all, &halls.is_empty(), &named])
}

/// How many are open, of one hall and date.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct OpenConflicts {
    /// The hall, by external id.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// The exam date.
    #[diesel(sql_type = Text)]
    exam_date: String,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

impl OpenConflicts {
    /// Whether they are of an exam of that day or later.
    pub(crate) fn is_since(&self, date: NaiveDate) -> bool {
        self.exam_date >= date.to_string()
    }

    /// Whether they are of that day's exam.
    pub(crate) fn is_of(&self, date: NaiveDate) -> bool {
        self.exam_date == date.to_string()
    }
}

/// The open ones by hall and date; none where the table is another program's.
pub(crate) fn open(connection: &mut Connection) -> Result<Vec<OpenConflicts>, StoreError> {
    if !optional::are_ours(connection, optional::OF_RESULTS)? {
        return Ok(Vec::new());
    }
    connection.rows(
        "SELECT hall_external_id, key ->> 'exam_date' AS exam_date, count(*) AS count
         FROM sync_conflicts WHERE state = 'open'
         GROUP BY hall_external_id, key ->> 'exam_date' ORDER BY hall_external_id, exam_date",
    )
}
