//! What passes changed: the audit log.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};
use serde::Serialize;
use serde_json::Value;

use super::{Counted, Listed};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Json, Moment, TimeOfDay};
use crate::text::serialize::at;

/// The most changes that are listed.
const MAX_LISTED: i64 = 100;

/// One change that a pass made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, QueryableByName)]
pub(crate) struct DayChange {
    /// When.
    #[diesel(sql_type = Moment)]
    #[serde(serialize_with = "at")]
    pub at: DateTime<Utc>,
    /// What (contract §6, audit_logs).
    #[diesel(sql_type = Text)]
    pub action: String,
    /// The hall that it is about, as it is called now.
    #[diesel(sql_type = Nullable<Text>)]
    pub hall: Option<String>,
    /// The room that it is about.
    #[diesel(sql_type = Nullable<Text>)]
    pub room: Option<String>,
    /// Of participants.
    #[diesel(sql_type = Nullable<TimeOfDay>)]
    pub start_time: Option<NaiveTime>,
    /// Before.
    #[diesel(sql_type = Json)]
    pub old_value: Value,
    /// After.
    #[diesel(sql_type = Json)]
    pub new_value: Value,
}

impl DayChange {
    /// Takes out what people are called.
    pub(crate) fn hide_names(&mut self) {
        for value in [&mut self.old_value, &mut self.new_value] {
            if let Some(fields) = value.as_object_mut() {
                fields.remove("participant_name");
            }
        }
    }
}

/// What changed since then, newest first: of participants those of the date, of halls and rooms all,
/// because a hall that goes takes its place in the date along.
pub(crate) fn changes(
    connection: &mut Connection,
    exam_date: NaiveDate,
    since: DateTime<Utc>,
) -> Result<Listed<DayChange>, StoreError> {
    let rows: Vec<Counted<DayChange>> = connection.rows_with(
        "SELECT count(*) OVER () AS total, a.created_at AS at, a.action,
                coalesce(b.name, room_hall.name, hall.name) AS hall, coalesce(r.name, own_room.name) AS room,
                p.start_time,
                coalesce(a.old_value, 'null') AS old_value, coalesce(a.new_value, 'null') AS new_value
         FROM audit_logs AS a
         LEFT JOIN participants AS p ON a.entity_type = 'participants' AND p.id = a.entity_id
         LEFT JOIN rooms AS r ON r.id = p.room_id
         LEFT JOIN buildings AS b ON b.id = p.building_id
         LEFT JOIN rooms AS own_room ON a.entity_type = 'room' AND own_room.id = a.entity_id
         LEFT JOIN buildings AS room_hall ON room_hall.id = own_room.building_id
         LEFT JOIN buildings AS hall ON a.entity_type = 'building' AND hall.id = a.entity_id
         WHERE a.created_at >= $1
           AND (a.entity_type IN ('building', 'room')
                OR a.entity_type = 'participants' AND readable_json(a.metadata) ->> 'exam_date' = $2)
         ORDER BY a.created_at DESC, a.id DESC LIMIT $3",
        &[&since, &exam_date.to_string(), &MAX_LISTED],
    )?;
    Ok(rows.into())
}
