//! The change set of a pass: what happens to which row, filled by the comparison and read by all that report it.
//!
//! Every row that changes in an external column is in it, also where nothing is reported of it. Rows that are created
//! are in it only where [`PassFacts`](crate::store::staging::PassFacts) ask for them; they have no `row_id` until they
//! are applied, and are then found by their external id. A reader that only counts created participants does better
//! with `src` and, on a first load, with `stage_entry` (participants/20_insert_first_load.part.sql).

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};

use crate::model::outcome::ChangeSummary;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// One row that would be deactivated or lose people: a line of the guard's plan.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct PlanRow {
    /// The row, and what would be left of it: what the plan's hash is over.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// The external id of the hall that says so or, where none does, that the row is in.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
}

#[derive(QueryableByName)]
struct NamedChange {
    #[diesel(sql_type = Text)]
    action: String,
    #[diesel(sql_type = Text)]
    entity: String,
    #[diesel(sql_type = Text)]
    label: String,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// Makes the table, without rows.
pub(super) fn open(connection: &mut Connection) -> Result<(), StoreError> {
    connection.execute(include_str!("change/table.sql"))
}

/// Writes the audit rows.
pub(super) fn audit(connection: &mut Connection) -> Result<(), StoreError> {
    connection.execute(include_str!("change/audit.sql"))
}

/// What would change, by name.
pub fn named(connection: &mut Connection) -> Result<Vec<ChangeSummary>, StoreError> {
    let rows: Vec<NamedChange> = connection.rows(include_str!("change/named.sql"))?;
    let mut changes: Vec<ChangeSummary> = Vec::new();
    for row in rows {
        match changes.last_mut() {
            Some(last) if last.action == row.action && last.entity == row.entity => {
                last.first.push(row.label)
            }
            _ => changes.push(ChangeSummary {
                action: row.action,
                entity: row.entity,
                count: row.total,
                first: vec![row.label],
            }),
        }
    }
    Ok(changes)
}

/// The rows that would be deactivated, as a refusal names them.
pub fn deactivated(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    connection
        .values("SELECT subject AS value FROM change WHERE action = 'deactivated' ORDER BY subject", &[])
}

#[cfg(test)]
mod tests;
