//! What an answer that brings nothing new confirms: every active hall or room that it is about.

use serde_json::{Value, json};

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::staging::PassFacts;

/// Confirms every active hall, and returns how many there are.
pub(crate) fn confirm_halls(connection: &mut Connection, facts: &PassFacts) -> Result<i64, StoreError> {
    connection.run(include_str!("confirm_halls.sql"), &[&facts.now, &facts.stamp_before])?;
    let active = connection.values("SELECT count(*) AS value FROM buildings WHERE is_active", &[])?;
    Ok(active.iter().sum())
}

/// Confirms every active room, and returns how many there are.
pub(crate) fn confirm_rooms(connection: &mut Connection, facts: &PassFacts) -> Result<i64, StoreError> {
    connection.run(include_str!("confirm_rooms.part.sql"), &[&facts.now, &facts.stamp_before])?;
    let active = connection.values("SELECT count(*) AS value FROM rooms WHERE is_active", &[])?;
    Ok(active.iter().sum())
}

/// Confirms every active room of these halls, and returns how many there are.
pub(crate) fn confirm_rooms_of(
    connection: &mut Connection,
    facts: &PassFacts,
    halls: &[i64],
) -> Result<i64, StoreError> {
    let halls: Value = halls.iter().map(|hall| json!({ "hall": hall })).collect();
    let confirm = concat!(include_str!("confirm_rooms.part.sql"), include_str!("of_asked_halls.part.sql"));
    connection.run(confirm, &[&facts.now, &facts.stamp_before, &halls])?;
    let active = connection.values(
        "SELECT count(*) AS value FROM rooms
         WHERE is_active AND building_id IN (
             SELECT id FROM buildings
             WHERE external_id IN (SELECT (item.value ->> 'hall')::bigint FROM json_each($1) AS item))",
        &[&halls],
    )?;
    Ok(active.iter().sum())
}
