//! What a pass needs of an adoption: rights on its own two tables, and the application's tables as the map says.

use super::rights::{self, Needed};
use super::{GROUP, failed};
use crate::adoption::{self, CURE, STOPPED};
use crate::doctor::check::Check;
use crate::queries::{doctor as queries, preflight};
use crate::store::adoption as store;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

const NAME: &str = "adoption";

/// What passes of halls and rooms do with the tables of an adoption.
const NEEDED: [Needed; 2] =
    [("adoption_map", &["SELECT", "UPDATE"]), ("adoption_links", &["SELECT", "INSERT", "UPDATE"])];

/// None where nothing is adopted.
pub(super) fn checks(connection: &mut Connection) -> Vec<Check> {
    look(connection).unwrap_or_else(|error| vec![failed(NAME, error)])
}

fn look(connection: &mut Connection) -> Result<Vec<Check>, StoreError> {
    if !preflight::may_be_adopted(connection)? {
        return Ok(Vec::new());
    }
    let missing = rights::missing(connection, &NEEDED)?;
    if !missing.is_empty() {
        return Ok(rights::lacking(NAME, &NEEDED, &missing, &queries::role(connection)?));
    }
    let Some(adoption) = store::look(connection)? else { return Ok(Vec::new()) };
    let problems = adoption::look_at(connection, &adoption.map)?.problems;
    Ok(vec![match problems.is_empty() {
        true => GROUP.ok(NAME, "the application's tables match the map, and this role may write them"),
        // A pass commits all the same, and says this.
        false => GROUP.warn(NAME, format!("{STOPPED}: {}", problems.join("; ")), CURE),
    }])
}
