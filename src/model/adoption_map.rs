//! The map of an adoption: which tables and columns of an application hold our halls and rooms (contract §10.2).

mod parse;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One of the two kinds of rows that are adopted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Exam halls.
    Buildings,
    /// Their rooms.
    Rooms,
}

impl Place {
    /// Both, halls first: a room needs its hall.
    pub const ALL: [Place; 2] = [Place::Buildings, Place::Rooms];

    /// The name in maps, in files of links and in our own tables.
    pub fn name(self) -> &'static str {
        match self {
            Place::Buildings => "buildings",
            Place::Rooms => "rooms",
        }
    }

    /// What a person calls one of them.
    pub fn noun(self) -> &'static str {
        match self {
            Place::Buildings => "hall",
            Place::Rooms => "room",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.name() == name)
    }
}

/// A value of ours that a column of the application may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The name.
    Name,
    /// The address, of halls.
    Address,
    /// The key of the hall, of rooms.
    Building,
    /// The number of seats, of rooms.
    Capacity,
    /// Whether it is active.
    Active,
    /// The id in the external system.
    ExternalId,
    /// The uid in the external system, of halls.
    ExternalUid,
    /// The limit of places, of halls.
    PlaceLimit,
    /// The id of the region, of halls.
    RegionId,
    /// When it went.
    DeletedAt,
    /// When a pass last confirmed it.
    LastSyncedAt,
    /// Whether its newest record was good.
    SyncStatus,
}

/// Every field with its name in maps, and which kinds of rows have it.
const FIELDS: [(Field, &str, &[Place]); 12] = {
    use Place::{Buildings, Rooms};
    [
        (Field::Name, "name", &[Buildings, Rooms]),
        (Field::Address, "address", &[Buildings]),
        (Field::Building, "building", &[Rooms]),
        (Field::Capacity, "capacity", &[Rooms]),
        (Field::Active, "active", &[Buildings, Rooms]),
        (Field::ExternalId, "external_id", &[Buildings, Rooms]),
        (Field::ExternalUid, "external_uid", &[Buildings, Rooms]),
        (Field::PlaceLimit, "place_limit", &[Buildings]),
        (Field::RegionId, "region_id", &[Buildings]),
        (Field::DeletedAt, "deleted_at", &[Buildings, Rooms]),
        (Field::LastSyncedAt, "last_synced_at", &[Buildings, Rooms]),
        (Field::SyncStatus, "sync_status", &[Buildings, Rooms]),
    ]
};

/// What an expression of `on_insert` or `new_key` may name, with the field that it stands for.
pub const PLACEHOLDERS: [(&str, Field); 7] = [
    ("name", Field::Name),
    ("address", Field::Address),
    ("capacity", Field::Capacity),
    ("external_id", Field::ExternalId),
    ("external_uid", Field::ExternalUid),
    ("active", Field::Active),
    ("building", Field::Building),
];

impl Field {
    /// The name in maps, which is also that of the value in the statements of the projection.
    pub fn name(self) -> &'static str {
        FIELDS.iter().find(|(field, ..)| *field == self).map_or("", |(_, name, _)| name)
    }

    /// The field of this name that rows of this kind have.
    pub fn of(place: Place, name: &str) -> Option<Self> {
        let found = FIELDS.iter().find(|(_, own, places)| *own == name && places.contains(&place));
        found.map(|(field, ..)| *field)
    }

    /// Whether it is written only when our row goes or comes back: what a person switched off there stays off.
    pub fn follows_activity(self) -> bool {
        matches!(self, Field::Active | Field::DeletedAt)
    }

    /// Whether it is written only along with another column.
    pub fn is_stamp(self) -> bool {
        matches!(self, Field::LastSyncedAt | Field::SyncStatus)
    }
}

/// One table of the application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableMap {
    /// The schema, as the catalogue has it.
    pub schema: String,
    /// The table, as the catalogue has it.
    pub table: String,
    /// The column that is its key.
    pub key: String,
    /// A SQL expression for the key of a new row, where the database has no default.
    pub new_key: Option<String>,
    /// The zone of timestamps without one.
    pub timezone: Option<String>,
    /// A column that is compared with our external uid, and never written.
    pub code: Option<String>,
    /// The column of each field that is projected.
    pub columns: BTreeMap<Field, String>,
    /// SQL expressions for the other columns of a new row.
    pub on_insert: BTreeMap<String, String>,
}

impl TableMap {
    /// Schema and table, as a person reads them.
    pub fn shown(&self) -> String {
        format!("{}.{}", self.schema, self.table)
    }

    /// The column that holds what we call the name: of rooms the one that `on_insert` gives `$name`, if any.
    pub fn name_column(&self, place: Place) -> Option<&str> {
        let given = self.on_insert.iter().find(|(_, expression)| expression.trim() == "$name");
        match (place, given) {
            (Place::Rooms, Some((column, _))) => Some(column),
            _ => self.columns.get(&Field::Name).map(String::as_str),
        }
    }
}

/// Whether an expression is nothing but a value of ours, which is then compared with what is there, too.
pub fn is_bare(expression: &str) -> bool {
    let name = expression.trim().strip_prefix('$');
    PLACEHOLDERS.iter().any(|(own, _)| Some(*own) == name)
}

/// Both tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptionMap {
    /// That of halls.
    pub buildings: TableMap,
    /// That of rooms.
    pub rooms: TableMap,
}

impl AdoptionMap {
    /// The map that a file holds.
    ///
    /// # Errors
    /// Everything that is wrong with it, a sentence each.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        parse::parse(text)
    }

    /// The table of this kind.
    pub fn table(&self, place: Place) -> &TableMap {
        match place {
            Place::Buildings => &self.buildings,
            Place::Rooms => &self.rooms,
        }
    }
}
