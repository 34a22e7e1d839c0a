//! Compares a map with the catalogue: everything that would keep a pass from writing, a sentence each.

use crate::model::adopted_table::{AdoptedTable, Family, LocalColumn};
use crate::model::adoption_map::{AdoptionMap, Field, Place, TableMap, is_bare};
use crate::store::adoption::target::Target;

/// Table and columns, key, types, columns that must have a value, rights.
pub(super) fn structure(
    place: Place,
    map: &TableMap,
    table: Option<&AdoptedTable>,
    problems: &mut Vec<String>,
) {
    let shown = map.shown();
    let Some(table) = table.filter(|table| table.is_table()) else {
        problems.push(format!(
            "there is no table {shown}; names are written as the catalogue has them, without quotes, and the first dot \
             divides schema and table"
        ));
        return;
    };
    if table.is_in_our_schema {
        problems.push(format!(
            "{shown} is in the schema of examsync's own tables; set DATABASE_SCHEMA to another one"
        ));
        return;
    }
    let mapped = map.columns.values().chain(map.on_insert.keys()).chain(&map.code).chain([&map.key]);
    let mut missing: Vec<&String> = mapped.filter(|name| table.column(name).is_none()).collect();
    missing.sort();
    problems.extend(missing.into_iter().map(|name| format!("{shown} has no column {name}")));
    key(map, table, problems);
    for column in &table.columns {
        required(place, map, column, problems);
    }
    for (field, name) in &map.columns {
        if let Some(column) = table.column(name) {
            taken(map, *field, column, problems);
        }
    }
    for name in map.on_insert.keys() {
        if table.column(name).is_some_and(|column| column.is_generated) {
            problems.push(format!("{shown}.{name} is computed by the database and can't be written"));
        }
    }
    rights(map, table, problems);
}

fn key(map: &TableMap, table: &AdoptedTable, problems: &mut Vec<String>) {
    let Some(key) = table.column(&map.key) else { return };
    let shown = format!("{}.{}", map.shown(), map.key);
    if !table.is_unique(&map.key) {
        problems.push(format!("{shown} is not a key: nothing keeps its values unique"));
    }
    if !key.not_null {
        problems.push(format!("{shown} is not a key: it may be null"));
    }
    if key.default_expression.is_none() && map.new_key.is_none() {
        problems.push(format!(
            "{shown} has no default: add new_key, a SQL expression that makes one, such as \"gen_random_uuid()\""
        ));
    }
}

/// A column without a default that the map leaves out.
fn required(place: Place, map: &TableMap, column: &LocalColumn, problems: &mut Vec<String>) {
    let is_given = map.columns.values().chain(map.on_insert.keys()).any(|name| *name == column.name);
    if !column.not_null || column.default_expression.is_some() || column.is_generated || is_given {
        return;
    }
    if column.name == map.key {
        return;
    }
    let shown = format!("{}.{}", map.shown(), column.name);
    match &column.refers_to {
        Some(other) if place == Place::Rooms => problems.push(format!(
            "{shown} must have a value and refers to {other}: where every {other} has rooms of its own, they are no rooms \
             of a building and can't be adopted; else give it a value in rooms.on_insert"
        )),
        _ => problems.push(format!(
            "{shown} must have a value and has no default: map it, or give it a value in {}.on_insert",
            place.name()
        )),
    }
}

/// Whether the column takes values of this field.
fn taken(map: &TableMap, field: Field, column: &LocalColumn, problems: &mut Vec<String>) {
    let shown = format!("{}.{}", map.shown(), column.name);
    if column.is_generated {
        problems.push(format!("{shown} is computed by the database and can't be written"));
        return;
    }
    if !Target::takes(field, column.family) {
        let what = field.name();
        problems.push(format!("{shown} is {}, which takes no {what}", column.full_type));
    } else if column.family == Family::Timestamp && map.timezone.is_none() {
        problems.push(format!("{shown} is a timestamp without zone: add timezone, such as \"Asia/Baku\""));
    }
}

/// The column of rooms that holds the key of the building.
pub(super) fn parent(map: &AdoptionMap, tables: [&AdoptedTable; 2], problems: &mut Vec<String>) {
    let [buildings, rooms] = tables;
    let Some(name) = map.rooms.columns.get(&Field::Building) else { return };
    let (Some(key), Some(column)) = (buildings.column(&map.buildings.key), rooms.column(name)) else {
        return;
    };
    let (there, theirs) = (format!("{}.{name}", map.rooms.shown()), map.buildings.shown());
    if column.type_name != key.type_name {
        problems.push(format!(
            "{there} is {} and can't hold the key of {theirs}, which is {}: rooms that only name their building as a text \
             can't be adopted",
            column.full_type, key.full_type
        ));
    }
}

fn rights(map: &TableMap, table: &AdoptedTable, problems: &mut Vec<String>) {
    let shown = map.shown();
    if !table.schema_usage {
        problems.push(format!("our role may not use the schema {}; see migrate --adopt --print", map.schema));
    }
    if table.row_security {
        problems.push(format!(
            "row level security of {shown} applies to our role, and may hide rows from it; give the role BYPASSRLS"
        ));
    }
    let read = map.columns.values().chain(&map.code).chain([&map.key]);
    let read = read.chain(map.on_insert.iter().filter(|(_, text)| is_bare(text)).map(|(name, _)| name));
    let inserted = map.columns.values().chain(map.on_insert.keys()).chain([&map.key]);
    let mut forbid = |what: &str, names: Vec<&String>, may: fn(&LocalColumn) -> bool| {
        let is_forbidden = |name: &&String| table.column(name).is_some_and(|column| !may(column));
        let mut forbidden: Vec<&str> = names.into_iter().filter(is_forbidden).map(String::as_str).collect();
        forbidden.sort_unstable();
        if !forbidden.is_empty() {
            let names = forbidden.join(", ");
            problems.push(format!("our role may not {what} {names} of {shown}; see migrate --adopt --print"));
        }
    };
    forbid("read", read.collect(), |column| column.may_select);
    forbid("insert", inserted.collect(), |column| column.may_insert);
    forbid("update", map.columns.values().collect(), |column| column.may_update);
    let key = table.column(&map.key).filter(|key| !key.may_use_sequence);
    if let (Some(sequence), None) = (key.and_then(|key| key.sequence.as_ref()), &map.new_key) {
        problems.push(format!("our role may not use the sequence {sequence}; see migrate --adopt --print"));
    }
}
