//! What a package is made of, as the feed's own records, and whether it differs from what was sent before.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, Text, Time};
use diesel::{Queryable, QueryableByName};
use serde::Serialize;
use uuid::Uuid;

use super::decisions::AttendanceRecord;
use super::packages::dates_in_json;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{ByPosition, Moment, UniqueId};
use crate::text::serialize::maybe_at;

/// The hall as the feed has it.
#[derive(Debug, Serialize, QueryableByName)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HallRecord {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = UniqueId)]
    local_uid: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    uid: Option<String>,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    address: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    place_limit: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    region_id: Option<i64>,
    #[diesel(sql_type = Bool)]
    is_active: bool,
    #[diesel(sql_type = Nullable<Moment>)]
    #[serde(serialize_with = "maybe_at")]
    deleted_at: Option<DateTime<Utc>>,
}

/// A room as the feed has it.
#[derive(Debug, Serialize, QueryableByName)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoomRecord {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = UniqueId)]
    local_uid: Uuid,
    #[diesel(sql_type = BigInt)]
    exam_hall_id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Integer>)]
    capacity: Option<i32>,
    #[diesel(sql_type = Bool)]
    is_active: bool,
    #[diesel(sql_type = Nullable<Moment>)]
    #[serde(serialize_with = "maybe_at")]
    deleted_at: Option<DateTime<Utc>>,
}

/// The types of the columns of [`ParticipantRecord`], in their order.
type ParticipantColumns = (
    BigInt,
    BigInt,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Integer>,
    UniqueId,
);

/// A participants record as the feed has it; the fields are in the order of the columns.
#[derive(Debug, Serialize, Queryable)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ParticipantRecord {
    hall_id: i64,
    room_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_exam_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    participant_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    participant_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exam_title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    participant_count: Option<i32>,
    local_uid: Uuid,
}

/// A start time of a date.
#[derive(Debug, QueryableByName)]
struct Slot {
    #[diesel(sql_type = Date)]
    exam_date: NaiveDate,
    #[diesel(sql_type = Time)]
    start_time: NaiveTime,
}

/// A row that is no longer in the hall, or no longer active.
#[derive(Debug, QueryableByName)]
pub(crate) struct GoneRow {
    /// Its uid.
    #[diesel(sql_type = UniqueId)]
    pub uid: Uuid,
    /// Its date; none for a room.
    #[diesel(sql_type = Nullable<Date>)]
    pub exam_date: Option<NaiveDate>,
}

/// Which rows a package takes.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    /// The hall, by external id.
    pub hall: i64,
    /// The dates.
    pub dates: Vec<NaiveDate>,
    /// Of a delta: the number from which changes are counted, and the dates that are sent whole all the same.
    pub since: Option<(i64, Vec<NaiveDate>)>,
}

/// The hall.
pub(crate) fn hall(connection: &mut Connection, hall: i64) -> Result<Vec<HallRecord>, StoreError> {
    connection.rows_with(
        "SELECT external_id AS id, uid AS local_uid, external_uid AS uid, name, address, place_limit, region_id,
                is_active, deleted_at
         FROM buildings WHERE external_id = $1",
        &[&hall],
    )
}

/// All of its rooms, inactive ones too.
pub(crate) fn rooms(connection: &mut Connection, hall: i64) -> Result<Vec<RoomRecord>, StoreError> {
    connection.rows_with(
        "SELECT r.external_id AS id, r.uid AS local_uid, b.external_id AS exam_hall_id, r.name, r.capacity, r.is_active,
                r.deleted_at
         FROM rooms AS r JOIN buildings AS b ON b.id = r.building_id
         WHERE b.external_id = $1 ORDER BY r.external_id",
        &[&hall],
    )
}

/// Whether a package of these dates would hold anything that was not sent before as it is.
pub(crate) fn differs(
    connection: &mut Connection,
    hall: i64,
    dates: &[NaiveDate],
) -> Result<bool, StoreError> {
    let dates = dates_in_json(dates);
    let any: Vec<bool> = connection
        .values(include_str!("package_rows/differs.sql"), &[&hall, &dates, &hall, &hall, &dates])?;
    Ok(any.contains(&true))
}

/// Gives each participants record of the selection to `record` with its date and start time, in their order.
pub(crate) fn each_participant<E: From<StoreError>>(
    connection: &mut Connection,
    selection: &Selection,
    mut record: impl FnMut((NaiveDate, NaiveTime), ParticipantRecord) -> Result<(), E>,
) -> Result<(), E> {
    let Selection { hall, dates, since } = selection;
    let slots: Vec<Slot> =
        connection.rows_with(include_str!("package_rows/slots.sql"), &[hall, &dates_in_json(dates)])?;
    for Slot { exam_date, start_time } in &slots {
        // They are not read of each row.
        let slot = (*exam_date, *start_time);
        let take =
            |ByPosition { row, .. }: ByPosition<ParticipantColumns, ParticipantRecord>| record(slot, row);
        match since {
            Some((since, whole)) if !whole.contains(exam_date) => connection.each(
                include_str!("package_rows/changed_participants.sql"),
                &[hall, exam_date, start_time, since],
                take,
            )?,
            _ => connection.each(
                include_str!("package_rows/participants.sql"),
                &[hall, exam_date, start_time],
                take,
            )?,
        }
    }
    Ok(())
}

/// Gives each decision on attendance of the selection to `record`.
pub(crate) fn each_attendance<E: From<StoreError>>(
    connection: &mut Connection,
    selection: &Selection,
    record: impl FnMut(AttendanceRecord) -> Result<(), E>,
) -> Result<(), E> {
    let Selection { hall, dates, since } = selection;
    let dates = dates_in_json(dates);
    match since {
        None => connection.each(include_str!("package_rows/attendance.sql"), &[hall, &dates], record),
        Some((since, whole)) => connection.each(
            include_str!("package_rows/changed_attendance.sql"),
            &[hall, &dates, since, &dates_in_json(whole)],
            record,
        ),
    }
}

/// What went since the package that a delta counts from, and all that ever went of dates that it sends whole.
pub(crate) fn gone(
    connection: &mut Connection,
    selection: &Selection,
    limit: usize,
) -> Result<Vec<GoneRow>, StoreError> {
    let Some((since, whole)) = &selection.since else { return Ok(Vec::new()) };
    let (dates, whole) = (dates_in_json(&selection.dates), dates_in_json(whole));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    connection.rows_with(
        include_str!("package_rows/gone.sql"),
        &[&selection.hall, since, &selection.hall, &dates, since, &whole, &limit],
    )
}
