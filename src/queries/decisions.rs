//! Decisions on attendance as packages and results have them (contract §11.6, §11.7).

use chrono::{DateTime, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use serde::Serialize;
use serde::ser::Serializer;
use uuid::Uuid;

use crate::store::values::{Moment, TimeOfDay, UniqueId};
use crate::text::serialize::maybe_at;

/// The four columns of a row that are one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Decision<'a> {
    marked: bool,
    status: Option<&'a str>,
    #[serde(serialize_with = "maybe_at")]
    marked_at: Option<DateTime<Utc>>,
    marked_by: Option<i64>,
}

impl Decision<'_> {
    fn is_none(&self) -> bool {
        !self.marked && self.status.is_none() && self.marked_at.is_none() && self.marked_by.is_none()
    }
}

/// The decision of head office on one row.
#[derive(Debug, QueryableByName)]
pub(crate) struct AttendanceRecord {
    #[diesel(sql_type = UniqueId)]
    uid: Uuid,
    #[diesel(sql_type = Bool)]
    marked: bool,
    #[diesel(sql_type = Nullable<Text>)]
    status: Option<String>,
    #[diesel(sql_type = Nullable<Moment>)]
    marked_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<BigInt>)]
    marked_by: Option<i64>,
    /// Of the decision of the centre that head office took, agreed with or resolved last: none before there was one.
    #[diesel(sql_type = Nullable<Bool>)]
    seen_marked: Option<bool>,
    #[diesel(sql_type = Nullable<Text>)]
    seen_status: Option<String>,
    #[diesel(sql_type = Nullable<Moment>)]
    seen_marked_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<BigInt>)]
    seen_marked_by: Option<i64>,
}

impl Serialize for AttendanceRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            uid: Uuid,
            #[serde(flatten)]
            decision: Decision<'a>,
            seen: Option<Decision<'a>>,
        }
        let decision = Decision {
            marked: self.marked,
            status: self.status.as_deref(),
            marked_at: self.marked_at,
            marked_by: self.marked_by,
        };
        let seen = self.seen_marked.map(|marked| Decision {
            marked,
            status: self.seen_status.as_deref(),
            marked_at: self.seen_marked_at,
            marked_by: self.seen_marked_by,
        });
        Shown { uid: self.uid, decision, seen }.serialize(serializer)
    }
}

/// The decision of a centre on one row, and what it had from head office.
#[derive(Debug, QueryableByName)]
pub(crate) struct ResultRecord {
    #[diesel(sql_type = UniqueId)]
    uid: Uuid,
    #[diesel(sql_type = Bool)]
    marked: bool,
    #[diesel(sql_type = Nullable<Text>)]
    status: Option<String>,
    #[diesel(sql_type = Nullable<Moment>)]
    marked_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<BigInt>)]
    marked_by: Option<i64>,
    #[diesel(sql_type = Bool)]
    base_marked: bool,
    #[diesel(sql_type = Nullable<Text>)]
    base_status: Option<String>,
    #[diesel(sql_type = Nullable<Moment>)]
    base_marked_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<BigInt>)]
    base_marked_by: Option<i64>,
    /// The package that the row took last.
    #[diesel(sql_type = Nullable<BigInt>)]
    base_version: Option<i64>,
    /// Whether the row kept its own when a package brought another.
    #[diesel(sql_type = Bool)]
    is_refused: bool,
    #[diesel(sql_type = BigInt)]
    room_id: i64,
    #[diesel(sql_type = TimeOfDay)]
    start_time: NaiveTime,
    #[diesel(sql_type = Nullable<BigInt>)]
    place_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    participant_name: Option<String>,
    #[diesel(sql_type = Integer)]
    participant_count: i32,
}

impl Serialize for ResultRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Shown<'a> {
            uid: Uuid,
            #[serde(flatten)]
            decision: Decision<'a>,
            #[serde(skip_serializing_if = "Option::is_none")]
            base: Option<Decision<'a>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            base_version: Option<i64>,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            conflict: bool,
            room_id: i64,
            start_time: String,
            place_id: Option<i64>,
            participant_name: Option<&'a str>,
            participant_count: i32,
        }
        let decision = Decision {
            marked: self.marked,
            status: self.status.as_deref(),
            marked_at: self.marked_at,
            marked_by: self.marked_by,
        };
        let base = Decision {
            marked: self.base_marked,
            status: self.base_status.as_deref(),
            marked_at: self.base_marked_at,
            marked_by: self.base_marked_by,
        };
        Shown {
            uid: self.uid,
            decision,
            base: (!base.is_none()).then_some(base),
            base_version: self.base_version,
            conflict: self.is_refused,
            room_id: self.room_id,
            start_time: self.start_time.format("%H:%M:%S").to_string(),
            place_id: self.place_id,
            participant_name: self.participant_name.as_deref(),
            participant_count: self.participant_count,
        }
        .serialize(serializer)
    }
}
