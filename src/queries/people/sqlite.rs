//! The scan on SQLite: one query, whose columns are read by their position.

use chrono::NaiveDate;
use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};

use super::{Scanned, SeatKey};
use crate::store::error::StoreError;

type Columns = (BigInt, Date, Nullable<Text>, Nullable<Text>, Bool);
type Row = (i64, NaiveDate, Option<String>, Option<String>, bool);

pub(super) fn scan(
    connection: &mut SqliteConnection,
    visit: &mut dyn FnMut(Scanned<'_>),
) -> Result<(), StoreError> {
    let query = diesel::dsl::sql::<Columns>(
        "SELECT external_profile_exam_id, exam_date, participant_id, participant_name, is_active
         FROM participants NOT INDEXED WHERE external_profile_exam_id IS NOT NULL",
    );
    for row in query.load_iter::<Row, DefaultLoadingMode>(connection)? {
        let (profile_exam_id, exam_date, number, name, is_active) = row?;
        visit(Scanned {
            key: SeatKey { profile_exam_id, exam_date },
            number: number.as_deref(),
            name: name.as_deref(),
            is_active,
        });
    }
    Ok(())
}
