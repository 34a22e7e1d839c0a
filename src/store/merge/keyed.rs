//! The merge of one entity, described by [`Entity`]: a few SQL templates, filled in with its table and columns.
//!
//! What is filled in comes from the program's own descriptions alone, never from a feed.

mod comparison;
mod copy;
mod fill;
mod templates;

use super::{Severity, change, open_notices};
use crate::model::entity::{Audited, ENTITIES, Entity, EntityKind};
use crate::model::outcome::Records;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
pub use comparison::{KeyedComparison, OfEntity, StagedRecords, compare};
pub use fill::{Batches, stage};
use templates::render;
pub use templates::statements;

/// Each new row is looked up in what it refers to. A table of few pages would be read whole each time, for to the planner a
/// page out of order costs as much as four in order, which it does not in memory.
const CHECKS_REFERENCES_BY_INDEX: &str = "SET LOCAL random_page_cost = 1";

/// Makes the staging tables of all entities.
pub fn open(connection: &mut Connection) -> Result<(), StoreError> {
    close(connection)?;
    if let Connection::Postgres(..) = connection {
        connection.execute(CHECKS_REFERENCES_BY_INDEX)?;
    }
    for entity in ENTITIES {
        connection.execute(&render(templates::STAGE, entity))?;
    }
    Ok(())
}

/// Drops whatever a merge made.
pub fn close(connection: &mut Connection) -> Result<(), StoreError> {
    let views = ENTITIES.map(|entity| format!("src_{}", entity.name));
    connection.drop_temporary_views(&views.each_ref().map(String::as_str))?;
    let tables: Vec<String> = ENTITIES.into_iter().flat_map(Entity::temporary_tables).collect();
    connection.drop_temporary(&tables.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The active rows of the pass's source after the merge of an entity.
pub fn active(connection: &mut Connection, (entity, comparison): &OfEntity) -> Result<i64, StoreError> {
    if comparison.confirms_all {
        return Ok(comparison.active);
    }
    Ok(connection.values::<i64>(&render(templates::ACTIVE, entity), &[])?.into_iter().sum())
}

/// Makes the tables that [`report`] fills.
pub fn open_reports(connection: &mut Connection) -> Result<(), StoreError> {
    change::open(connection)?;
    open_notices(connection)
}

/// Adds what changes to the change set, and what a person must hear of to the notices.
pub fn report(
    connection: &mut Connection,
    (entity, comparison): &OfEntity,
    lists_created: bool,
) -> Result<(), StoreError> {
    if comparison.compared.changes() || (lists_created && comparison.compared.records.created > 0) {
        connection.execute(&render(templates::CHANGES, entity))?;
        if entity.audited == Audited::People {
            connection.execute(&render(templates::ENABLED, entity))?;
        }
    }
    if comparison.compared.has_odd_records() {
        connection.execute(&render(templates::NOTICES, entity))?;
    }
    Ok(())
}

/// Adds a notice that is about a whole file or source.
pub fn notice(
    connection: &mut Connection,
    severity: Severity,
    code: &str,
    message: &str,
    entity: &Entity,
) -> Result<(), StoreError> {
    connection.run(
        "INSERT INTO notice (severity, sync_type, code, message, entity, news, notify)
         VALUES ($1, 'roster', $2, $3, $4, (1 = 1), (1 = 0))",
        &[&severity.name(), &code, &message, &entity.name],
    )?;
    Ok(())
}

/// How many people of the feed are in another source under the same key, with the same name or e-mail.
pub fn people_of_other_sources(connection: &mut Connection) -> Result<i64, StoreError> {
    let count = connection.values::<i64>(
        "SELECT count(DISTINCT s.sourced_id) AS value
         FROM src_users AS s
         JOIN roster_users AS other ON other.sourced_id = s.sourced_id
         WHERE s.verdict IS NULL AND other.source <> (SELECT source FROM pass)
           AND (other.display_name = s.display_name OR other.email = s.email)",
        &[],
    )?;
    Ok(count.into_iter().sum())
}

/// Writes the audit of everything that goes and comes back, of all entities.
pub fn audit(connection: &mut Connection) -> Result<(), StoreError> {
    change::audit(connection)
}

/// Applies one of `all` entities. Those before it were applied. What has nothing to do is left out: each statement reads
/// all records.
pub fn apply(
    connection: &mut Connection,
    (entity, comparison): &OfEntity,
    all: &[OfEntity],
) -> Result<(), StoreError> {
    let Records { created, updated, unchanged, deleted, .. } = comparison.compared.records;
    let (failed, stamp) = match comparison.confirms_all {
        true => (comparison.failed, templates::STAMP_ALL),
        false => (0, templates::STAMP),
    };
    let steps = [
        (deleted, templates::DEACTIVATE),
        (updated, templates::UPDATE),
        (comparison.marked, templates::MARK_ERRORS),
        (failed, templates::CLEAR_ERRORS),
        (unchanged, stamp),
        (created, templates::INSERT),
    ];
    for (_, step) in steps.into_iter().filter(|(rows, _)| *rows > 0) {
        connection.execute(&render(step, entity))?;
    }
    for (column, reference) in entity.references() {
        // The row of another key is another row.
        if created + updated > 0 && !entity.is_in_key(column) {
            connection.execute(&templates::of_reference(templates::LINK, entity, column, reference))?;
        }
    }
    let (_, people) = &all[EntityKind::Users as usize];
    if entity.audited == Audited::Roles && created > 0 && !people.first_load {
        connection.execute(&render(templates::GIVEN, entity))?;
    }
    Ok(())
}
