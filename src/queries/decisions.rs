//! Decisions on attendance as packages and results have them (contract §11.6, §11.7).

use chrono::{DateTime, NaiveTime, Utc};
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use diesel::{Queryable, QueryableByName};
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

/// The types of the columns of [`ResultRecord`], in their order.
pub(super) type ResultColumns = (
    UniqueId,
    Bool,
    Nullable<Text>,
    Nullable<Moment>,
    Nullable<BigInt>,
    Bool,
    Nullable<Text>,
    Nullable<Moment>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Bool,
    BigInt,
    TimeOfDay,
    Nullable<BigInt>,
    Nullable<Text>,
    Integer,
);

/// The decision of a centre on one row, and what it had from head office; the fields are in the order of the columns.
#[derive(Debug, Queryable)]
pub(crate) struct ResultRecord {
    uid: Uuid,
    marked: bool,
    status: Option<String>,
    marked_at: Option<DateTime<Utc>>,
    marked_by: Option<i64>,
    base_marked: bool,
    base_status: Option<String>,
    base_marked_at: Option<DateTime<Utc>>,
    base_marked_by: Option<i64>,
    /// The package that the row took last.
    base_version: Option<i64>,
    /// Whether the row kept its own when a package brought another.
    is_refused: bool,
    room_id: i64,
    start_time: NaiveTime,
    place_id: Option<i64>,
    participant_name: Option<String>,
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
            start_time: NaiveTime,
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
            start_time: self.start_time,
            place_id: self.place_id,
            participant_name: self.participant_name.as_deref(),
            participant_count: self.participant_count,
        }
        .serialize(serializer)
    }
}
