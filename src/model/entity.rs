//! An entity is a description: the table that it fills and the fields of its records. One decoder and one merge
//! serve all of them.

use chrono::{DateTime, Utc};

/// One kind of flat record with a text key of its own (contract §13.2).
#[derive(Debug, PartialEq, Eq)]
pub struct Entity {
    /// The name in reports and in the names of files, such as `orgs`.
    pub name: &'static str,
    /// What a person calls one of its records, such as `org`.
    pub noun: &'static str,
    /// The table that it fills, which has the columns that all entities share: see `02_stage.part.sql`.
    pub table: &'static str,
    /// The fields of its records, in the order of [`KeyedRecord::values`].
    pub fields: &'static [Field],
}

/// One field of an entity's records.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// The column of the staging table, and for [`FieldKind::Text`] also of the entity's table.
    pub column: &'static str,
    /// The name of the field in a OneRoster file.
    pub source_name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
}

/// What a field holds, and what a record without it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A text, compared and stored as it came.
    Text {
        /// Whether a record without it breaks the record rules.
        required: bool,
    },
    /// The key of another record of the same entity and source, which is stored as that row's id in `id_column`.
    Parent {
        /// The column that holds the id.
        id_column: &'static str,
        /// The code of a reference that leads nowhere (contract §13.5).
        unknown_code: &'static str,
    },
}

impl Entity {
    /// The position of a field by its column.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.column == column)
    }

    /// Its field that names a parent, if it has one: the staged column, the id's column and the code.
    pub fn parent(&self) -> Option<(&'static str, &'static str, &'static str)> {
        self.fields.iter().find_map(|field| match field.kind {
            FieldKind::Parent { id_column, unknown_code } => Some((field.column, id_column, unknown_code)),
            FieldKind::Text { .. } => None,
        })
    }

    /// The columns of the entity's table that hold texts of the feed.
    pub fn text_columns(&self) -> impl Iterator<Item = &'static str> {
        let is_text = |field: &&Field| matches!(field.kind, FieldKind::Text { .. });
        self.fields.iter().filter(is_text).map(|field| field.column)
    }
}

/// All entities.
pub static ENTITIES: [&Entity; 1] = [&ORGS];

/// The organisations of a roster.
pub static ORGS: Entity = Entity {
    name: "orgs",
    noun: "org",
    table: "roster_orgs",
    fields: &[
        Field { column: "name", source_name: "name", kind: FieldKind::Text { required: true } },
        Field { column: "type", source_name: "type", kind: FieldKind::Text { required: true } },
        Field { column: "identifier", source_name: "identifier", kind: FieldKind::Text { required: false } },
        Field {
            column: "parent_sourced_id",
            source_name: "parentSourcedId",
            kind: FieldKind::Parent { id_column: "parent_id", unknown_code: "unknown_org" },
        },
    ],
};

/// One record of an entity, after the record rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedRecord {
    /// Its number in the feed, from 1.
    pub ordinal: i64,
    /// Its key; `None` when it can't be used.
    pub sourced_id: Option<String>,
    /// One value per field of the entity.
    pub values: Vec<Option<String>>,
    /// Whether the record says that it is active.
    pub says_active: bool,
    /// When the source last changed it, where it says so.
    pub source_updated_at: Option<DateTime<Utc>>,
    /// Which record rule it breaks, naming the field; the record is then left out.
    pub problem: Option<String>,
    /// Which optional field could not be used.
    pub notice: Option<String>,
    /// Where it stands, such as `orgs.csv row 3`.
    pub path: String,
}
