//! The lists that were printed, and from when on what changed is later than a print.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};

use crate::model::scope::Scope;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::prints::Print;
use crate::store::values::Moment;

/// The print of this id.
pub(crate) fn by_id(connection: &mut Connection, id: &str) -> Result<Option<Print>, StoreError> {
    let rows = connection.rows_with(
        "SELECT id, exam_date, printed_at, people_since, places_since, scope, digests FROM prints WHERE id = $1",
        &[&id],
    )?;
    Ok(rows.into_iter().next())
}

/// Which print it is, and when it was made.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct PrintHead {
    /// As the paper has it.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// When.
    #[diesel(sql_type = Moment)]
    pub printed_at: DateTime<Utc>,
}

/// The newest prints of a date, newest first.
pub(crate) fn newest(
    connection: &mut Connection,
    date: NaiveDate,
    most: i64,
) -> Result<Vec<PrintHead>, StoreError> {
    connection.rows_with(
        "SELECT id, printed_at FROM prints WHERE exam_date = $1 ORDER BY printed_at DESC, id LIMIT $2",
        &[&date, &most],
    )
}

/// When the passes under way began that a print of now can't know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(crate) struct UnderWay {
    /// That of the date.
    #[diesel(sql_type = Nullable<Moment>)]
    pub people: Option<DateTime<Utc>>,
    /// That of halls or rooms.
    #[diesel(sql_type = Nullable<Moment>)]
    pub places: Option<DateTime<Utc>>,
}

/// The passes under way. What one changes has a moment after its beginning, and is seen only at its end. Those of one
/// kind follow each other: where one is under way, nothing else of its kind changed since it began.
pub(crate) fn under_way(connection: &mut Connection, date: NaiveDate) -> Result<UnderWay, StoreError> {
    connection.row(
        "SELECT min(CASE WHEN sync_type = 'participants' AND scope = $1 THEN started_at END) AS people,
                min(CASE WHEN sync_type IN ('exam_halls', 'hall_rooms') THEN started_at END) AS places
         FROM sync_logs WHERE status = 'in_progress'",
        &[&Scope::Date(date)],
    )
}
