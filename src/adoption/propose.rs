//! A map made from the catalogue, with a comment where it is not sure.

use std::collections::BTreeMap;

use crate::model::adopted_table::{AdoptedTable, Family, LocalColumn};
use crate::model::adoption_map::{Field, Place, TableMap};
use crate::queries::adoption as queries;
use crate::queries::adoption::Candidate;
use crate::store::adoption::target::Target;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The names under which applications have our fields, without case and underscores, the likeliest first.
const NAMES: [(Field, &[&str]); 11] = [
    (Field::Name, &["name", "title", "label", "fullname", "number"]),
    (Field::Address, &["address", "fulladdress", "location", "street"]),
    (Field::Capacity, &["capacity", "seats", "seatcount", "maxcapacity", "places", "size"]),
    (Field::Active, &["active", "isactive", "enabled", "isenabled"]),
    (Field::ExternalId, &["externalid"]),
    (Field::ExternalUid, &["externaluid"]),
    (Field::PlaceLimit, &["placelimit"]),
    (Field::RegionId, &["regionid"]),
    (Field::DeletedAt, &["deletedat"]),
    (Field::LastSyncedAt, &["lastsyncedat"]),
    (Field::SyncStatus, &["syncstatus"]),
];

/// The map in TOML; `None` where no two tables look like halls and rooms.
///
/// # Errors
/// What the database said.
pub(crate) fn propose(connection: &mut Connection, timezone: &str) -> Result<Option<String>, StoreError> {
    let candidates = queries::candidates(connection)?;
    let Some(best) = candidates.first() else { return Ok(None) };
    let mut text = String::from(
        "# Made from the catalogue: check every line, and remove what examsync must not write.\n",
    );
    for other in candidates.iter().skip(1).take(5) {
        text.push_str(&format!(
            "# Not taken, with likely names, too: {}.{} and {}.{}\n",
            other.buildings_schema, other.buildings, other.rooms_schema, other.rooms
        ));
    }
    for place in Place::ALL {
        let map = named(place, best);
        let Some(table) = queries::table(connection, &map)? else { continue };
        text.push('\n');
        text.push_str(&section(place, &map, &table, best, timezone));
    }
    Ok(Some(text))
}

fn named(place: Place, best: &Candidate) -> TableMap {
    let (schema, table) = match place {
        Place::Buildings => (&best.buildings_schema, &best.buildings),
        Place::Rooms => (&best.rooms_schema, &best.rooms),
    };
    TableMap {
        schema: schema.clone(),
        table: table.clone(),
        key: String::new(),
        new_key: None,
        timezone: None,
        code: None,
        columns: BTreeMap::new(),
        on_insert: BTreeMap::new(),
    }
}

fn section(place: Place, map: &TableMap, table: &AdoptedTable, best: &Candidate, timezone: &str) -> String {
    let mut lines = vec![format!("[{}]", place.name()), format!("table = {}", toml_text(&map.shown()))];
    let key = table.unique_keys.iter().find_map(|key| match key.columns.as_slice() {
        [only] => table.column(only).filter(|column| column.not_null),
        _ => None,
    });
    match key {
        Some(key) => {
            lines.push(format!("key = {}", toml_text(&key.name)));
            if key.default_expression.is_none() {
                lines.push(new_key(key));
            }
        }
        None => lines
            .push("# no column is unique and never null: this table can't be adopted as it is".to_owned()),
    }
    let mut taken: Vec<&str> = key.map(|key| key.name.as_str()).into_iter().collect();
    if place == Place::Rooms {
        lines.push(format!("building = {}", toml_text(&best.building)));
        taken.push(&best.building);
    }
    let mut needs_zone = false;
    for (field, names) in NAMES.iter().filter(|(field, _)| Field::of(place, field.name()).is_some()) {
        let plain = |column: &LocalColumn| column.name.replace('_', "").to_lowercase();
        let free = |name: &&str| {
            table
                .columns
                .iter()
                .find(|column| plain(column) == **name && !taken.contains(&column.name.as_str()))
        };
        let Some(column) = names.iter().find_map(free) else { continue };
        if !Target::takes(*field, column.family) || column.is_generated {
            lines.push(format!(
                "# {} = {}  # is {}",
                field.name(),
                toml_text(&column.name),
                column.full_type
            ));
            continue;
        }
        needs_zone |= column.family == Family::Timestamp;
        taken.push(&column.name);
        let unsure = if plain(column) == field.name().replace('_', "") { "" } else { "  # not sure" };
        lines.push(format!("{} = {}{unsure}", field.name(), toml_text(&column.name)));
    }
    if needs_zone {
        lines.push(format!("timezone = {}  # not sure: the zone of its timestamps", toml_text(timezone)));
    }
    if let Some(code) = table.column("code").filter(|column| column.family == Family::Text) {
        lines.push(format!(
            "# code = {}  # where it holds the uid of the external system",
            toml_text(&code.name)
        ));
    }
    lines.extend(on_insert(table, &taken));
    lines.join("\n") + "\n"
}

fn new_key(key: &LocalColumn) -> String {
    let expression = match (key.type_name.as_str(), key.family) {
        ("uuid", _) => "gen_random_uuid()",
        (_, Family::Text) => "gen_random_uuid()::text",
        _ => {
            return "# new_key = \"…\"  # its key has no default: a SQL expression that makes one".to_owned();
        }
    };
    format!("new_key = {}", toml_text(expression))
}

/// What else must have a value.
fn on_insert(table: &AdoptedTable, taken: &[&str]) -> Option<String> {
    let needed = table.columns.iter().filter(|column| {
        column.not_null
            && column.default_expression.is_none()
            && !column.is_generated
            && !taken.contains(&column.name.as_str())
    });
    let mut unsure = false;
    let entries: Vec<String> = needed
        .map(|column| {
            let expression = match column.family {
                Family::Timestamp | Family::Timestamptz => "now()",
                Family::Text if column.name == "number" => "$name",
                _ => {
                    unsure = true;
                    "NULL"
                }
            };
            format!("{} = {}", toml_key(&column.name), toml_text(expression))
        })
        .collect();
    let comment = if unsure { "  # not sure: NULL is to be a SQL expression" } else { "" };
    (!entries.is_empty()).then(|| format!("on_insert = {{ {} }}{comment}", entries.join(", ")))
}

fn toml_text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn toml_key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { toml_text(name) }
}
