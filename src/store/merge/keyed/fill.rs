//! Stages a batch of records in one statement: as a list of JSON objects, or on PostgreSQL, which takes apart objects
//! several times slower than arrays, as an array for each column.

use std::borrow::Cow;

use diesel::sql_types::{Array, Nullable, Text};
use serde_json::{Map, Value, json};

use super::templates::{self, render};
use crate::model::entity::{Entity, KeyedRecord};
use crate::store::connection::{Connection, Parameter, PostgresStatement, SqliteStatement};
use crate::store::error::StoreError;
use crate::store::values::moment_in_json;

/// Stages a batch of records in one statement.
pub fn stage(
    connection: &mut Connection,
    entity: &Entity,
    records: &[KeyedRecord],
) -> Result<(), StoreError> {
    if records.is_empty() {
        return Ok(());
    }
    if let Connection::Sqlite(_) = connection {
        let rows: Value = records.iter().map(|record| row(entity, record)).collect();
        connection.run(&render(templates::FILL, entity), &[&rows])?;
        return Ok(());
    }
    let mut columns =
        vec![Column(Vec::with_capacity(records.len())); templates::COMMON.len() + entity.fields.len()];
    for record in records {
        for (column, cell) in columns.iter_mut().zip(cells(record)) {
            column.0.push(cell);
        }
    }
    let parameters: Vec<&dyn Parameter> = columns.iter().map(|column| column as &dyn Parameter).collect();
    connection.run(&render(templates::FILL_ARRAYS, entity), &parameters)?;
    Ok(())
}

/// What is null is left out.
fn row(entity: &Entity, record: &KeyedRecord) -> Value {
    let mut row = Map::new();
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            row.insert(name.to_owned(), value);
        }
    };
    add("ordinal", json!(record.ordinal));
    add("sourced_id", json!(record.sourced_id));
    add("says_active", json!(record.says_active));
    add("source_updated_at", json!(record.source_updated_at.map(moment_in_json)));
    add("path", json!(record.path));
    add("notice", json!(record.notice));
    if let Some(problem) = &record.problem {
        add("verdict", json!(problem.code));
        add("problem", json!(problem.text));
    }
    for (field, value) in entity.fields.iter().zip(&record.values) {
        add(&format!("field_{}", field.column), value.clone());
    }
    Value::Object(row)
}

/// The cells of a record as texts, in the order of [`templates::COMMON`] and of the entity's fields.
fn cells(record: &KeyedRecord) -> impl Iterator<Item = Option<Cow<'_, str>>> {
    let own = Cow::Borrowed;
    let problem = record.problem.as_ref();
    let common = [
        Some(Cow::Owned(record.ordinal.to_string())),
        record.sourced_id.as_deref().map(own),
        Some(own(if record.says_active { "true" } else { "false" })),
        record.source_updated_at.map(|at| Cow::Owned(moment_in_json(at))),
        Some(own(&record.path)),
        problem.map(|problem| own(&problem.text)),
        record.notice.as_deref().map(own),
        problem.map(|problem| own(problem.code)),
    ];
    common.into_iter().chain(record.values.iter().map(cell))
}

fn cell(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(Cow::Borrowed(text)),
        other => Some(Cow::Owned(other.to_string())),
    }
}

/// The cells of one column.
#[derive(Clone)]
struct Column<'a>(Vec<Option<Cow<'a, str>>>);

impl Parameter for Column<'_> {
    fn bind_postgres<'a>(&'a self, statement: PostgresStatement<'a>) -> PostgresStatement<'a> {
        let cells: Vec<Option<&str>> = self.0.iter().map(Option::as_deref).collect();
        statement.bind::<Array<Nullable<Text>>, _>(cells)
    }

    /// As JSON, for want of arrays.
    fn bind_sqlite<'a>(&'a self, statement: SqliteStatement<'a>) -> SqliteStatement<'a> {
        let cells: Value = self.0.iter().map(Option::as_deref).collect();
        statement.bind::<Text, _>(cells.to_string())
    }
}
