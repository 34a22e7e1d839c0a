//! What an answer that brings nothing new confirms: every active hall or room that it is about.

use serde_json::{Value, json};

use crate::store::connection::{Connection, Parameter};
use crate::store::error::StoreError;
use crate::store::merge::Confirmed;
use crate::store::staging::PassFacts;

/// Confirms every active hall, and returns how many there are.
pub(crate) fn confirm_halls(connection: &mut Connection, facts: &PassFacts) -> Result<i64, StoreError> {
    let sql = (include_str!("confirmed_halls.sql"), include_str!("confirm_halls.sql"));
    confirm(connection, facts, sql, None)
}

/// Confirms every active room, and returns how many there are.
pub(crate) fn confirm_rooms(connection: &mut Connection, facts: &PassFacts) -> Result<i64, StoreError> {
    let sql = (include_str!("confirmed_rooms.part.sql"), include_str!("confirm_rooms.part.sql"));
    confirm(connection, facts, sql, None)
}

/// Confirms every active room of these halls, and returns how many there are.
pub(crate) fn confirm_rooms_of(
    connection: &mut Connection,
    facts: &PassFacts,
    halls: &[i64],
) -> Result<i64, StoreError> {
    let halls: Value = halls.iter().map(|hall| json!({ "hall": hall })).collect();
    let sql = (
        concat!(include_str!("confirmed_rooms.part.sql"), include_str!("confirmed_of_halls.part.sql")),
        concat!(include_str!("confirm_rooms.part.sql"), include_str!("confirm_of_halls.part.sql")),
    );
    confirm(connection, facts, sql, Some(&halls))
}

/// Counts the rows, and then writes those that are due: a row that was written is there twice until it is tidied up, and to
/// count it takes longer.
fn confirm(
    connection: &mut Connection,
    facts: &PassFacts,
    (count, write): (&str, &str),
    halls: Option<&dyn Parameter>,
) -> Result<i64, StoreError> {
    let mut counted: Vec<&dyn Parameter> = vec![&facts.stamp_before];
    counted.extend(halls);
    let rows: Confirmed = connection.row(count, &counted)?;
    if rows.due > 0 {
        let mut written: Vec<&dyn Parameter> = vec![&facts.now, &facts.stamp_before];
        written.extend(halls);
        connection.run(write, &written)?;
    }
    Ok(rows.active)
}
