//! Stages records as they come: on PostgreSQL by COPY, on SQLite as a list of JSON objects.

use serde_json::{Map, Value, json};

use super::copy;
use super::templates::{self, render};
use crate::model::entity::{Entity, EntityKind, KeyedRecord};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::moment_in_json;

/// The next records of one entity, until there are no more.
pub type Batches<'a> = dyn FnMut() -> Option<Vec<KeyedRecord>> + 'a;

/// Stages records of one entity. On a first load the uids of the new rows are generated here where that is faster.
pub fn stage(
    connection: &mut Connection,
    kind: EntityKind,
    batches: &mut Batches<'_>,
    first_load: bool,
) -> Result<(), StoreError> {
    match connection {
        Connection::Postgres(connection, session) => {
            let watch = session.watch_copy(connection)?;
            copy::copy(connection, kind, batches, first_load, &watch)
                .map_err(|error| session.reported(watch.explain(error)))
        }
        Connection::Sqlite(_) => {
            let entity = kind.entity();
            let fill = render(templates::FILL, entity);
            while let Some(records) = batches() {
                let rows: Value = records.iter().map(|record| row(entity, record)).collect();
                connection.run(&fill, &[&rows])?;
            }
            Ok(())
        }
    }
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
