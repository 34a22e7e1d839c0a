//! The tables of rosters: where another program has one of these names, its table is left alone, ours are not made, and
//! rosters alone stop.

use super::{catalogue, optional};
use crate::model::entity::ENTITIES;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The migration that makes the first of the tables, unless there is one of its name.
const FIRST: &str = "0007";
const FIRST_TABLE: &str = "roster_orgs";
/// The migration that makes the others.
const OTHERS: &str = "0017";
/// What it makes besides the tables of entities.
const BESIDES: [&str; 2] = ["external_refs", "roster_credentials"];

/// Columns by which a table of an entity is known.
const COLUMNS: [&str; 3] = ["source", "sourced_id", "source_updated_at"];

/// Ok when the tables of rosters are ours.
///
/// # Errors
/// [`StoreError::Setup`] with the name of the table that another program made.
pub(crate) fn require_tables(connection: &mut Connection) -> Result<(), StoreError> {
    if are_ours(connection)? {
        return Ok(());
    }
    let table = taken(connection)?.unwrap_or_else(|| FIRST_TABLE.to_owned());
    Err(optional::foreign(&table))
}

/// The migration of these tables that can't run where another program has made such a table.
pub(super) fn skipped(
    connection: &mut Connection,
    applied: &[String],
) -> Result<Option<&'static str>, StoreError> {
    if applied.iter().any(|version| version == OTHERS) {
        return Ok(None);
    }
    Ok(taken(connection)?.map(|_| OTHERS))
}

/// Whether undoing this migration would take away what another program made.
pub(super) fn is_foreign(connection: &mut Connection, version: &str) -> Result<bool, StoreError> {
    match version {
        FIRST => Ok(!is_ours(connection, FIRST_TABLE)?),
        OTHERS => Ok(!are_ours(connection)?),
        _ => Ok(false),
    }
}

fn are_ours(connection: &mut Connection) -> Result<bool, StoreError> {
    for entity in ENTITIES {
        if !is_ours(connection, entity.table)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_ours(connection: &mut Connection, table: &str) -> Result<bool, StoreError> {
    catalogue::has_columns(connection, table, COLUMNS)
}

/// The first of the names that another program has.
fn taken(connection: &mut Connection) -> Result<Option<String>, StoreError> {
    let tables = ENTITIES.into_iter().map(|entity| entity.table);
    for name in catalogue::relations(connection, false)? {
        let is_of_entity = tables.clone().any(|table| table == name);
        if BESIDES.contains(&name.as_str()) || is_of_entity && !is_ours(connection, &name)? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}
