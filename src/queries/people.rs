//! People by number and name: a scan of all of them, and where those that were found sit.

mod postgres;
mod sqlite;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text, Time};
use serde_json::json;

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::Moment;

/// Which seat row it is (contract §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SeatKey {
    /// `external_profile_exam_id`.
    pub profile_exam_id: i64,
    /// The date.
    pub exam_date: NaiveDate,
}

/// One person on one date, as the scan shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scanned<'a> {
    /// Which row it is.
    pub key: SeatKey,
    /// The person's number.
    pub number: Option<&'a str>,
    /// The person's name.
    pub name: Option<&'a str>,
    /// Whether the person still sits there.
    pub is_active: bool,
}

/// Shows `visit` every seat row, in no order. Both databases are read from end to end, by the fastest way that each has:
/// no column or index of a pass is there only for this.
pub(crate) fn scan(
    connection: &mut Connection,
    visit: &mut dyn FnMut(Scanned<'_>),
) -> Result<(), StoreError> {
    if let Connection::Sqlite(connection) = connection {
        return sqlite::scan(connection, visit);
    }
    // COPY names its table alone, and calls no function: for it only, our schema is on the search path.
    connection.begin()?;
    let scanned = scan_postgres(connection, visit);
    // The first error is the one to report.
    let ended = connection.roll_back();
    scanned?;
    ended
}

fn scan_postgres(connection: &mut Connection, visit: &mut dyn FnMut(Scanned<'_>)) -> Result<(), StoreError> {
    connection.execute("SET LOCAL search_path = pg_catalog, our_schema, pg_temp")?;
    match connection {
        Connection::Postgres(connection, _) => postgres::scan(connection, visit),
        Connection::Sqlite(_) => Ok(()),
    }
}

/// Where one person sits on one date, and the newest change of that.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct Seated {
    /// `external_profile_exam_id`.
    #[diesel(sql_type = BigInt)]
    pub profile_exam_id: i64,
    /// The date.
    #[diesel(sql_type = Date)]
    pub exam_date: NaiveDate,
    /// The start time.
    #[diesel(sql_type = Time)]
    pub start_time: NaiveTime,
    /// The person's number.
    #[diesel(sql_type = Nullable<Text>)]
    pub number: Option<String>,
    /// The person's name.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// Whether the person still sits there.
    #[diesel(sql_type = Bool)]
    pub is_active: bool,
    /// The hall's external id.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// The hall's name.
    #[diesel(sql_type = Text)]
    pub hall: String,
    /// The hall's address.
    #[diesel(sql_type = Nullable<Text>)]
    pub address: Option<String>,
    /// The room's external id.
    #[diesel(sql_type = BigInt)]
    pub room_external_id: i64,
    /// The room's name.
    #[diesel(sql_type = Text)]
    pub room: String,
    /// The seat.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub seat: Option<i64>,
    /// When that changed last, if it did since the asked moment.
    #[diesel(sql_type = Nullable<Moment>)]
    pub changed_at: Option<DateTime<Utc>>,
    /// What the change was (contract §6, audit_logs).
    #[diesel(sql_type = Nullable<Text>)]
    pub action: Option<String>,
    /// The start time before it.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_start_time: Option<String>,
    /// The hall before it.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub old_hall_external_id: Option<i64>,
    /// Its name.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_hall: Option<String>,
    /// The room before it.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub old_room_external_id: Option<i64>,
    /// Its name.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_room: Option<String>,
    /// The seat before it.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub old_seat: Option<i64>,
    /// The person's name before it.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_name: Option<String>,
}

/// These rows, in no order, with what changed on them since then.
pub(crate) fn seated(
    connection: &mut Connection,
    keys: &[SeatKey],
    changed_since: DateTime<Utc>,
) -> Result<Vec<Seated>, StoreError> {
    let keys: Vec<_> = keys
        .iter()
        .map(|key| json!({ "id": key.profile_exam_id, "date": key.exam_date.to_string() }))
        .collect();
    connection.rows_with(include_str!("people/seated.sql"), &[&json!(keys), &changed_since])
}
