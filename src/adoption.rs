//! Moving into an application's tables: map, checks, decisions and plan of an adoption (contract §10.2).

pub(crate) mod check;
pub(crate) mod grants;
pub(crate) mod links_file;
pub(crate) mod plan;
pub(crate) mod propose;
mod values;
mod warnings;

use crate::model::adopted_table::AdoptedTable;
use crate::model::adoption_map::{AdoptionMap, Place};
use crate::queries::adoption as queries;
use crate::store::adoption::target::Target;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// What a pass or `doctor` puts before the problems of a [`Catalogue`].
pub(crate) const STOPPED: &str = "the application's tables are not as the map of the adoption says, and nothing is written there \
     until they are";
/// What follows them.
pub(crate) const CURE: &str = "set that right, or adopt again with another map";

/// What the catalogue says of a map.
pub(crate) struct Catalogue {
    /// Both tables, where every column of the map is there.
    pub targets: Option<[Target; 2]>,
    /// Everything that keeps them from being written, a sentence each.
    pub problems: Vec<String>,
}

/// Looks both tables of the map up in the catalogue.
///
/// # Errors
/// What the database said.
pub(crate) fn look_at(connection: &mut Connection, map: &AdoptionMap) -> Result<Catalogue, StoreError> {
    let found = [queries::table(connection, &map.buildings)?, queries::table(connection, &map.rooms)?];
    let mut problems = Vec::new();
    for (place, table) in Place::ALL.into_iter().zip(&found) {
        check::structure(place, map.table(place), table.as_ref(), &mut problems);
    }
    let mut targets = None;
    if let [Some(buildings), Some(rooms)] = &found {
        if problems.is_empty() {
            check::parent(map, [buildings, rooms], &mut problems);
        }
        targets = both(map, [buildings, rooms]);
    }
    Ok(Catalogue { targets, problems })
}

fn both(map: &AdoptionMap, tables: [&AdoptedTable; 2]) -> Option<[Target; 2]> {
    Some([Target::new(Place::Buildings, map, tables)?, Target::new(Place::Rooms, map, tables)?])
}

/// What keeps values that there are now from being written there, a sentence each.
///
/// # Errors
/// What the database said.
pub(crate) fn unfit_values(
    connection: &mut Connection,
    targets: &[Target; 2],
) -> Result<Vec<String>, StoreError> {
    values::problems(connection, targets)
}

/// What a person should know of the tables although it stops nothing.
///
/// # Errors
/// What the database said.
pub(crate) fn warnings(
    connection: &mut Connection,
    targets: &[Target; 2],
) -> Result<Vec<String>, StoreError> {
    warnings::all(connection, targets)
}
