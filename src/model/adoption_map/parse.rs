//! Reads a map from TOML, and reports all that is wrong with it at once.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use super::{AdoptionMap, Field, PLACEHOLDERS, Place, TableMap};

/// The map that `text` holds.
pub(super) fn parse(text: &str) -> Result<AdoptionMap, Vec<String>> {
    let whole: Table = text.parse().map_err(|error: toml::de::Error| vec![syntax(text, &error)])?;
    let mut problems: Vec<String> = whole
        .keys()
        .filter(|name| Place::from_name(name).is_none())
        .map(|name| format!("[{name}] is not known: a map has [buildings] and [rooms]"))
        .collect();
    let mut table = |place: Place| match whole.get(place.name()) {
        Some(Value::Table(table)) => table_map(place, table, &mut problems),
        Some(_) => {
            problems.push(format!("{} must be a table: write [{}]", place.name(), place.name()));
            None
        }
        None => {
            problems.push(missing(place));
            None
        }
    };
    let (buildings, rooms) = (table(Place::Buildings), table(Place::Rooms));
    if let (Some(buildings), Some(rooms)) = (&buildings, &rooms)
        && buildings.shown() == rooms.shown()
    {
        problems.push(format!(
            "[buildings] and [rooms] name the same table, {}: an application with one level can't be adopted",
            rooms.shown()
        ));
    }
    match (buildings, rooms) {
        (Some(buildings), Some(rooms)) if problems.is_empty() => Ok(AdoptionMap { buildings, rooms }),
        _ => Err(problems),
    }
}

fn syntax(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
    format!("line {line} is not TOML: {}", error.message())
}

fn missing(place: Place) -> String {
    match place {
        Place::Buildings => "[buildings] is missing".to_owned(),
        Place::Rooms => {
            "[rooms] is missing: an application that has halls only, or rooms only, can't be adopted"
                .to_owned()
        }
    }
}

/// One table, as far as it can be read.
fn table_map(place: Place, table: &Table, problems: &mut Vec<String>) -> Option<TableMap> {
    let at = |key: &str| format!("{}.{key}", place.name());
    let mut text = |key: &str| match table.get(key) {
        Some(Value::String(text)) if !text.trim().is_empty() => Some(text.clone()),
        Some(_) => {
            problems.push(format!("{} must be a text that is not blank", at(key)));
            None
        }
        None => None,
    };
    let (name, key) = (text("table"), text("key"));
    let (new_key, timezone, code) = (text("new_key"), text("timezone"), text("code"));
    let mut columns = BTreeMap::new();
    let mut unknown = Vec::new();
    for own in table.keys() {
        match (Field::of(place, own), own.as_str()) {
            (Some(field), _) => _ = text(own).map(|column| columns.insert(field, column)),
            (None, "table" | "key" | "new_key" | "timezone" | "code" | "on_insert") => {}
            (None, _) => unknown.push(format!("{} is not known", at(own))),
        }
    }
    problems.append(&mut unknown);
    let on_insert = on_insert(place, table, problems);
    for (required, what) in [(&name, "table"), (&key, "key")] {
        if required.is_none() && !table.contains_key(what) {
            problems.push(format!("{} is missing", at(what)));
        }
    }
    let (schema, name) = match name.as_deref().map(|name| name.split_once('.')) {
        Some(Some((schema, name))) => (schema.to_owned(), name.to_owned()),
        Some(None) => {
            problems.push(format!("{} must name schema and table, as public.{}", at("table"), place.name()));
            return None;
        }
        None => return None,
    };
    let map = TableMap { schema, table: name, key: key?, new_key, timezone, code, columns, on_insert };
    check(place, &map, problems);
    Some(map)
}

fn on_insert(place: Place, table: &Table, problems: &mut Vec<String>) -> BTreeMap<String, String> {
    let given = match table.get("on_insert") {
        Some(Value::Table(given)) => given,
        Some(_) => {
            problems.push(format!("{}.on_insert must be a table of SQL expressions", place.name()));
            return BTreeMap::new();
        }
        None => return BTreeMap::new(),
    };
    let mut expressions = BTreeMap::new();
    for (column, value) in given {
        match value.as_str().filter(|text| !text.trim().is_empty()) {
            Some(expression) => _ = expressions.insert(column.clone(), expression.to_owned()),
            None => problems.push(format!(
                "{}.on_insert.{column} must be a SQL expression as a text, such as \"now()\"",
                place.name()
            )),
        }
    }
    expressions
}

fn check(place: Place, map: &TableMap, problems: &mut Vec<String>) {
    if map.name_column(place).is_none() {
        problems.push(format!("{}.name is missing", place.name()));
    }
    if place == Place::Rooms && !map.columns.contains_key(&Field::Building) {
        problems.push("rooms.building is missing: the column that holds the key of the building".to_owned());
    }
    if let Some(zone) = map.timezone.as_ref().filter(|zone| zone.parse::<chrono_tz::Tz>().is_err()) {
        problems.push(format!("{}.timezone is not a known time zone: {zone}", place.name()));
    }
    let mut seen = BTreeSet::from([&map.key]);
    for column in map.columns.values().chain(map.on_insert.keys()) {
        if !seen.insert(column) {
            problems.push(format!("{}: the column {column} is named twice", place.name()));
        }
    }
    let expressions = map.on_insert.iter().map(|(column, text)| (column.as_str(), text.as_str()));
    for (what, text) in expressions.chain(map.new_key.as_deref().map(|text| ("new_key", text))) {
        for name in placeholders(text) {
            let known = PLACEHOLDERS.iter().find(|(own, _)| *own == name);
            let has = |field: Field| Field::of(place, field.name()).is_some();
            if !known.is_some_and(|(_, field)| has(*field)) {
                problems.push(format!("{}, {what}: ${name} is not known", place.name()));
            }
        }
    }
}

/// The names behind a dollar sign.
fn placeholders(expression: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for part in expression.split('$').skip(1) {
        let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(part.len());
        let name = &part[..end];
        if name.starts_with(|c: char| c.is_ascii_lowercase()) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = r#"
        [buildings]
        table = "public.buildings"
        key = "id"
        name = "name"
        timezone = "Asia/Baku"
        [rooms]
        table = "public.rooms.of a campus"
        key = "id"
        building = "building_id"
        on_insert = { number = "$name", hall_id = "public.hall_of($building)" }
    "#;

    #[test]
    fn a_map_names_tables_and_columns() {
        let map = AdoptionMap::parse(MAP).unwrap();
        assert_eq!((map.rooms.schema.as_str(), map.rooms.table.as_str()), ("public", "rooms.of a campus"));
        assert_eq!(map.rooms.name_column(Place::Rooms), Some("number"));
        assert_eq!(map.buildings.columns, BTreeMap::from([(Field::Name, "name".to_owned())]));
        let kept: AdoptionMap = serde_json::from_value(serde_json::to_value(&map).unwrap()).unwrap();
        assert_eq!(kept, map);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let text = MAP
            .replace("Asia/Baku", "Mars")
            .replace("$name", "$nam")
            .replace("building = ", "bulding = ")
            .replace("public.buildings", "buildings");
        assert_eq!(
            AdoptionMap::parse(&text).unwrap_err(),
            [
                "buildings.table must name schema and table, as public.buildings",
                "rooms.bulding is not known",
                "rooms.name is missing",
                "rooms.building is missing: the column that holds the key of the building",
                "rooms, number: $nam is not known",
            ]
        );
        assert_eq!(
            AdoptionMap::parse("[halls]\nx = 1").unwrap_err(),
            [
                "[halls] is not known: a map has [buildings] and [rooms]",
                "[buildings] is missing",
                "[rooms] is missing: an application that has halls only, or rooms only, can't be adopted",
            ]
        );
        assert!(AdoptionMap::parse("a = \n").unwrap_err()[0].starts_with("line 1 is not TOML: "));
    }
}
