//! The merge of one entity, described by [`Entity`]: a few SQL templates, filled in with its table and columns.
//!
//! What is filled in comes from the program's own descriptions alone, never from a feed.

use serde_json::{Value, json};

use super::{Compared, change, open_notices};
use crate::model::entity::{Entity, KeyedRecord};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::moment_in_json;

/// The templates in the order in which they run.
const TEMPLATES: [&str; 11] = [
    include_str!("keyed/01_stage.part.sql"),
    include_str!("keyed/02_fill.part.sql"),
    include_str!("keyed/03_deduplicate.part.sql"),
    include_str!("keyed/04_parents.part.sql"),
    include_str!("keyed/05_compare.part.sql"),
    include_str!("keyed/06_active.part.sql"),
    include_str!("keyed/06_count.part.sql"),
    include_str!("keyed/07_changes.part.sql"),
    include_str!("keyed/08_notices.part.sql"),
    include_str!("keyed/09_apply.part.sql"),
    include_str!("keyed/10_link_parents.part.sql"),
];

/// Each template with what it becomes for an entity, so that it can be seen whether a database takes it.
pub fn statements(entity: &Entity) -> impl Iterator<Item = (&'static str, String)> {
    TEMPLATES.into_iter().map(move |template| (template, render(template, entity)))
}

/// What the comparison of one entity came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyedComparison {
    /// The counts, as reported.
    pub compared: Compared,
    /// Active rows of the source before the merge.
    pub active: i64,
}

/// Makes the staging table of an entity.
pub fn open(connection: &mut Connection, entity: &Entity) -> Result<(), StoreError> {
    connection.drop_temporary(&["stage_record", "src_record", "gone_record"])?;
    connection.execute(&render(include_str!("keyed/01_stage.part.sql"), entity))
}

/// Stages a batch of records in one statement.
pub fn stage(
    connection: &mut Connection,
    entity: &Entity,
    records: &[KeyedRecord],
) -> Result<(), StoreError> {
    let rows: Value = records.iter().map(|record| row(entity, record)).collect();
    connection.run(&render(include_str!("keyed/02_fill.part.sql"), entity), &[&rows])?;
    Ok(())
}

fn row(entity: &Entity, record: &KeyedRecord) -> Value {
    let mut row = json!({
        "ordinal": record.ordinal,
        "sourced_id": record.sourced_id,
        "says_active": record.says_active,
        "source_updated_at": record.source_updated_at.map(moment_in_json),
        "path": record.path,
        "problem": record.problem,
        "notice": record.notice,
    });
    for (field, value) in entity.fields.iter().zip(&record.values) {
        row[format!("field_{}", field.column)] = json!(value);
    }
    row
}

/// Decides which staged records count, and compares them with the live rows of the pass's source.
pub fn compare(connection: &mut Connection, entity: &Entity) -> Result<KeyedComparison, StoreError> {
    connection.execute(match connection {
        Connection::Postgres(..) => "ANALYZE stage_record (sourced_id)",
        Connection::Sqlite(_) => "ANALYZE stage_record",
    })?;
    connection.execute(&render(include_str!("keyed/03_deduplicate.part.sql"), entity))?;
    if entity.parent().is_some() {
        let without_parent = render(include_str!("keyed/04_parents.part.sql"), entity);
        while connection.run(&without_parent, &[])? > 0 {}
    }
    connection.execute(&render(include_str!("keyed/05_compare.part.sql"), entity))?;
    let counts = render(include_str!("keyed/06_count.part.sql"), entity);
    let compared = connection.row(&counts, &[])?;
    let active = render(include_str!("keyed/06_active.part.sql"), entity);
    let active = connection.values::<i64>(&active, &[])?.into_iter().sum();
    Ok(KeyedComparison { compared, active })
}

/// Adds what changes to the change set, and what a person must hear of to the notices.
pub fn report(
    connection: &mut Connection,
    entity: &Entity,
    comparison: &KeyedComparison,
) -> Result<(), StoreError> {
    change::open(connection)?;
    connection.execute(&render(include_str!("keyed/07_changes.part.sql"), entity))?;
    if comparison.compared.has_odd_records() {
        open_notices(connection)?;
        connection.execute(&render(include_str!("keyed/08_notices.part.sql"), entity))?;
    }
    Ok(())
}

/// Applies everything and writes the audit.
pub fn apply(connection: &mut Connection, entity: &Entity) -> Result<(), StoreError> {
    change::audit(connection)?;
    connection.execute(&render(include_str!("keyed/09_apply.part.sql"), entity))?;
    if entity.parent().is_some() {
        connection.execute(&render(include_str!("keyed/10_link_parents.part.sql"), entity))?;
    }
    Ok(())
}

/// Fills an entity's table and columns into a template. A placeholder for columns brings its own comma.
fn render(template: &str, entity: &Entity) -> String {
    let each = |form: &dyn Fn(&str) -> String, columns: &mut dyn Iterator<Item = &'static str>| {
        columns.map(form).collect::<String>()
    };
    let staged = || entity.fields.iter().map(|field| field.column);
    let (parent, id_column, code) = entity.parent().unwrap_or_default();
    let mut differs = each(
        &|name| format!("\n            OR live.{name} IS DISTINCT FROM s.{name}"),
        &mut entity.text_columns(),
    );
    let mut joins = String::new();
    if !parent.is_empty() {
        differs.push_str(&format!("\n            OR live_parent.sourced_id IS DISTINCT FROM s.{parent}"));
        joins = format!("\nLEFT JOIN {} AS live_parent ON live_parent.id = live.{id_column}", entity.table);
    }
    let same = each(
        &|name| format!(" AND stage_record.{name} IS NOT DISTINCT FROM first.{name}"),
        &mut staged().chain(["says_active", "source_updated_at"]),
    );
    template
        .replace("{table}", entity.table)
        .replace("{entity}", entity.name)
        .replace("{noun}", entity.noun)
        .replace("{declared}", &each(&|name| format!(", {name} text"), &mut staged()))
        .replace("{staged}", &each(&|name| format!(", {name}"), &mut staged()))
        .replace("{columns}", &each(&|name| format!(", {name}"), &mut entity.text_columns()))
        .replace("{values}", &each(&|name| format!(", item.value ->> 'field_{name}'"), &mut staged()))
        .replace("{set}", &each(&|name| format!("{name} = s.{name},\n    "), &mut entity.text_columns()))
        .replace("{differs}", &differs)
        .replace("{joins}", &joins)
        .replace("{same}", same.trim_start_matches(" AND "))
        .replace("{parent}", parent)
        .replace("{id_column}", id_column)
        .replace("{code}", code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::entity::ORGS;

    #[test]
    fn every_placeholder_is_filled() {
        for (_, sql) in statements(&ORGS) {
            let left = sql.match_indices('{').filter(|(at, _)| !sql[*at..].starts_with("{\"is_active\""));
            assert_eq!(left.count(), 0, "{sql}");
        }
    }
}
