//! An entity is a description: the table that it fills and the fields of its records. One decoder and one merge
//! serve all of them.

mod roster;

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;

pub use roster::ENTITIES;

/// One kind of flat record with a text key of its own (contract §13.2).
#[derive(Debug, PartialEq, Eq)]
pub struct Entity {
    /// Which one it is.
    pub kind: EntityKind,
    /// The name in reports, in JSON and of its temporary tables, such as `orgs`.
    pub name: &'static str,
    /// What a person calls one of its records, such as `org`.
    pub noun: &'static str,
    /// The table that it fills, which has the columns that all entities share: see `01_stage.part.sql`.
    pub table: &'static str,
    /// The fields of its records, in the order of [`KeyedRecord::values`].
    pub fields: &'static [Field],
    /// The columns that its key is made from; none where the source has a key that lasts.
    pub key_columns: &'static [&'static str],
    /// Which audit rows it leaves.
    pub audited: Audited,
}

/// The entities in the order in which they are merged: each refers only to itself and to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntityKind {
    /// Organisations.
    Orgs,
    /// Academic sessions.
    Sessions,
    /// Courses.
    Courses,
    /// People.
    Users,
    /// Classes.
    Classes,
    /// What a person is at an organisation.
    Roles,
    /// What a person is in a class.
    Enrollments,
}

/// Which audit rows an entity leaves (contract §13.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audited {
    /// That a row goes and comes back.
    Rows,
    /// The same, and that a person is enabled or disabled.
    People,
    /// That a role is given and ends.
    Roles,
}

/// One field of an entity's records.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// The column of the staging table, and but for references also of the entity's table.
    pub column: &'static str,
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
    /// What a person is called; made of the given and the family name where the source has none.
    DisplayName,
    /// True or false.
    Flag {
        /// What a source without such a field means; a field that is there may then not be blank.
        otherwise: Option<bool>,
    },
    /// A date.
    Date,
    /// Several texts, stored as a JSON array.
    List,
    /// A term for what a person is (contract §13.1, `ROSTER_ROLES`).
    Role(Vocabulary),
    /// The key of a record of this or an earlier entity, which is stored as that row's id.
    Reference(Reference),
}

/// Which terms a role may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vocabulary {
    /// Those at an organisation.
    AtOrg,
    /// Those in a class.
    InClass,
}

/// The key of a record of the same source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// What it refers to.
    pub target: EntityKind,
    /// The column that holds the id.
    pub id_column: &'static str,
    /// The code of a reference that leads nowhere; without one it is stored as null, with a warning (contract §13.5).
    pub unknown_code: Option<&'static str>,
    /// Whether a record without it breaks the record rules.
    pub required: bool,
    /// Whether a row goes with the one that it refers to.
    pub goes_along: bool,
}

impl EntityKind {
    /// Its description.
    pub fn entity(self) -> &'static Entity {
        ENTITIES[self as usize]
    }
}

impl Entity {
    /// The position of a field by its column.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.column == column)
    }

    /// The temporary tables of its merge, which also has a view, `src`.
    pub fn temporary_tables(&self) -> [String; 3] {
        ["stage", "matched", "gone"].map(|kind| format!("{kind}_{name}", name = self.name))
    }

    /// Its references: the staged column of each, and what it refers to.
    pub fn references(&self) -> impl Iterator<Item = (&'static str, Reference)> {
        self.fields.iter().filter_map(|field| match field.kind {
            FieldKind::Reference(reference) => Some((field.column, reference)),
            _ => None,
        })
    }

    /// Whether the key is made from this column, so that rows of one key have the same value in it.
    pub fn is_in_key(&self, column: &str) -> bool {
        self.key_columns.contains(&column)
    }

    /// The columns of the entity's table that hold values of the feed.
    pub fn value_columns(&self) -> impl Iterator<Item = &'static str> {
        let is_value = |field: &&Field| !matches!(field.kind, FieldKind::Reference(_));
        self.fields.iter().filter(is_value).map(|field| field.column)
    }
}

impl FieldKind {
    /// The type of the staged column.
    pub fn sql_type(self) -> &'static str {
        match self {
            FieldKind::Flag { .. } => "boolean",
            FieldKind::Date => "date",
            FieldKind::List => "jsonb",
            FieldKind::Text { .. }
            | FieldKind::DisplayName
            | FieldKind::Role(_)
            | FieldKind::Reference(_) => "text",
        }
    }
}

/// One record of an entity, after the record rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedRecord {
    /// Its number in the feed, from 1.
    pub ordinal: i64,
    /// Its key; `None` when it can't be used.
    pub sourced_id: Option<String>,
    /// One value per field of the entity: a text, a date as text, true or false, a list of texts, or null.
    pub values: Vec<Value>,
    /// Whether the record says that it is active.
    pub says_active: bool,
    /// When the source last changed it, where it says so.
    pub source_updated_at: Option<DateTime<Utc>>,
    /// Which record rule it breaks, naming the field; the record is then left out.
    pub problem: Option<Problem>,
    /// Which optional field could not be used.
    pub notice: Option<String>,
    /// What a person's record has as a password, where it has one and it is asked for.
    pub credential: Option<Credential>,
    /// Its place, such as `orgs.csv row 3`.
    pub path: String,
}

/// What a record has as a password. Its Debug shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// A whole hash of a known scheme.
    Hash {
        /// The scheme.
        scheme: &'static str,
        /// The hash, as it came.
        hash: String,
    },
    /// Anything else, which may be a password in clear.
    Refused,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(…)")
    }
}

/// Why a record is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The code, as of contract §13.5.
    pub code: &'static str,
    /// The rule, naming the field and nothing of its content.
    pub text: String,
}

/// What a record that is not in the feed means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Absence {
    /// Nothing: the feed has only what changed, or nothing of this entity.
    #[default]
    NotJudged,
    /// That it is gone: the feed has all there is.
    Gone,
    /// That it is gone where the feed has the person whose it is.
    GoneOfUsers,
    /// Of enrolments: that it is gone where the feed has the class, which is a scheduled one.
    GoneOfClasses {
        /// Whether that is so of its teachers, too.
        teachers_too: bool,
    },
}
