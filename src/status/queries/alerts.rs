//! The open alerts.

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};

use super::{date, moment};
use crate::status::model::OpenAlert;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    command: String,
    #[diesel(sql_type = Nullable<Text>)]
    exam_date: Option<String>,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    opened_at: String,
    #[diesel(sql_type = Text)]
    message: String,
}

/// All alerts that are open, oldest first.
///
/// # Errors
/// When the database fails.
pub fn open_alerts(connection: &mut Connection) -> Result<Vec<OpenAlert>, StoreError> {
    let rows: Vec<Row> = connection.rows(
        "SELECT command, CAST(exam_date AS text) AS exam_date, kind, CAST(opened_at AS text) AS opened_at, message
         FROM alerts WHERE closed_at IS NULL ORDER BY alerts.opened_at, id",
    )?;
    let read = |row: Row| {
        Ok(OpenAlert {
            exam_date: row.exam_date.as_deref().map(date).transpose()?,
            opened_at: moment(&row.opened_at)?,
            command: row.command,
            kind: row.kind,
            message: row.message,
        })
    };
    rows.into_iter().map(read).collect()
}
