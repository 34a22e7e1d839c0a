//! The merge of one entity, described by [`Entity`]: a few SQL templates, filled in with its table and columns.
//!
//! What is filled in comes from the program's own descriptions alone, never from a feed.

mod fill;
mod templates;

use super::{Compared, Severity, change, open_notices};
use crate::model::entity::{Absence, Audited, ENTITIES, Entity};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
pub use fill::stage;
use templates::render;
pub use templates::statements;

/// What the comparison of one entity came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyedComparison {
    /// The counts, as reported.
    pub compared: Compared,
    /// Active rows of the source before the merge.
    pub active: i64,
    /// Rows that must be active after it, where the feed held all there is and every key could be read.
    pub expected: Option<i64>,
}

/// Makes the staging tables of all entities.
pub fn open(connection: &mut Connection) -> Result<(), StoreError> {
    let tables: Vec<String> = ENTITIES.into_iter().flat_map(Entity::temporary_tables).collect();
    connection.drop_temporary(&tables.iter().map(String::as_str).collect::<Vec<_>>())?;
    for entity in ENTITIES {
        connection.execute(&render(templates::STAGE, entity))?;
    }
    Ok(())
}

/// Decides which staged records count, and compares them with the live rows of the pass's source. The entities before this
/// one were compared.
pub fn compare(
    connection: &mut Connection,
    entity: &'static Entity,
    absence: Absence,
) -> Result<KeyedComparison, StoreError> {
    connection.execute(&render(templates::INDEX, entity))?;
    connection.execute(&match connection {
        Connection::Postgres(..) => render("ANALYZE stage_{entity} (sourced_id)", entity),
        Connection::Sqlite(_) => render("ANALYZE stage_{entity}", entity),
    })?;
    connection.execute(&render(templates::DEDUPLICATE, entity))?;
    if let Some(stand_in) = templates::stand_in(entity) {
        connection.execute(&stand_in)?;
    }
    connection.execute(&templates::missing(entity, absence))?;
    for (column, reference) in entity.references() {
        let known = templates::of_reference(templates::KNOWN, entity, column, reference);
        // What is left out may be referred to by others of its entity.
        while connection.run(&known, &[])? > 0 && reference.target == entity.kind {}
        if reference.goes_along {
            connection.execute(&templates::of_reference(templates::GOES_ALONG, entity, column, reference))?;
        }
    }
    connection.execute(&render(templates::COMPARE, entity))?;
    let compared = connection.row(&render(templates::COUNT, entity), &[])?;
    let expected = match absence {
        Absence::Gone => {
            connection.values(&render(templates::EXPECT, entity), &[])?.into_iter().next().flatten()
        }
        Absence::NotJudged | Absence::GoneOfUsers | Absence::GoneOfClasses { .. } => None,
    };
    Ok(KeyedComparison { compared, active: active(connection, entity)?, expected })
}

/// The active rows of the pass's source.
pub fn active(connection: &mut Connection, entity: &Entity) -> Result<i64, StoreError> {
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
    entity: &Entity,
    comparison: &KeyedComparison,
) -> Result<(), StoreError> {
    connection.execute(&render(templates::CHANGES, entity))?;
    if entity.audited == Audited::People {
        connection.execute(&render(templates::ENABLED, entity))?;
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

/// Applies one entity. Those before it were applied.
pub fn apply(connection: &mut Connection, entity: &'static Entity) -> Result<(), StoreError> {
    connection.execute(&render(templates::APPLY, entity))?;
    for (column, reference) in entity.references() {
        // The row of another key is another row.
        if !entity.is_in_key(column) {
            connection.execute(&templates::of_reference(templates::LINK, entity, column, reference))?;
        }
    }
    if entity.audited == Audited::Roles {
        connection.execute(&render(templates::GIVEN, entity))?;
    }
    Ok(())
}
