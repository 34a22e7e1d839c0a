//! What passes changed: the audit log.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::Value;

use super::moment;
use crate::status::model::Listed;
use crate::status::model::day::DayChange;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// At most so many are listed.
const MAX_LISTED: u32 = 100;

#[derive(QueryableByName)]
struct AuditRow {
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = Text)]
    at: String,
    #[diesel(sql_type = Text)]
    action: String,
    #[diesel(sql_type = Nullable<Text>)]
    hall: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    room: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    start_time: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    old_value: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    new_value: Option<String>,
}

/// What changed since then, newest first: of participants those of the date, of halls and rooms all,
/// because a hall that goes takes its place in the date along.
///
/// # Errors
/// When the database fails.
pub fn changes(
    connection: &mut Connection,
    exam_date: NaiveDate,
    since: DateTime<Utc>,
) -> Result<Listed<DayChange>, StoreError> {
    let rows: Vec<AuditRow> = connection.rows_with(
        &format!(
            "SELECT count(*) OVER () AS total, CAST(a.created_at AS text) AS at, a.action,
                    coalesce(b.name, room_hall.name, hall.name) AS hall, coalesce(r.name, own_room.name) AS room,
                    CAST(p.start_time AS text) AS start_time,
                    CAST(a.old_value AS text) AS old_value, CAST(a.new_value AS text) AS new_value
             FROM audit_logs AS a
             LEFT JOIN participants AS p ON a.entity_type = 'participants' AND p.id = a.entity_id
             LEFT JOIN rooms AS r ON r.id = p.room_id
             LEFT JOIN buildings AS b ON b.id = p.building_id
             LEFT JOIN rooms AS own_room ON a.entity_type = 'room' AND own_room.id = a.entity_id
             LEFT JOIN buildings AS room_hall ON room_hall.id = own_room.building_id
             LEFT JOIN buildings AS hall ON a.entity_type = 'building' AND hall.id = a.entity_id
             WHERE a.created_at >= $1
               AND (a.entity_type <> 'participants' OR a.metadata ->> 'exam_date' = $2)
             ORDER BY a.created_at DESC, a.id DESC LIMIT {MAX_LISTED}"
        ),
        &[&since, &exam_date.to_string()],
    )?;
    let count = rows.first().map_or(0, |row| row.total);
    let value = |text: Option<String>| {
        text.and_then(|text| serde_json::from_str::<Value>(&text).ok()).unwrap_or_default()
    };
    let first = rows.into_iter().map(|row| {
        Ok(DayChange {
            at: moment(&row.at)?,
            action: row.action,
            hall: row.hall,
            room: row.room,
            start_time: row.start_time.as_deref().map(super::time).transpose()?,
            old_value: value(row.old_value),
            new_value: value(row.new_value),
        })
    });
    Ok(Listed { count, first: first.collect::<Result<_, StoreError>>()? })
}
