//! What the catalogue says of a table that is adopted: its columns, unique keys, triggers, and what our role may do.

use serde::Deserialize;

/// A table as the catalogue describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AdoptedTable {
    /// `r` and `p` are tables; anything else is none.
    pub kind: String,
    /// Whether policies apply to our role.
    pub row_security: bool,
    /// Whether our role may use the schema.
    pub schema_usage: bool,
    /// Whether it is in the schema that holds our own tables.
    pub is_in_our_schema: bool,
    /// Whether a subscription of logical replication writes it.
    pub is_subscribed: bool,
    /// Triggers that fire, by name.
    pub triggers: Vec<String>,
    /// Its columns, in order.
    pub columns: Vec<LocalColumn>,
    /// Its unique constraints and indexes over whole columns.
    pub unique_keys: Vec<UniqueKey>,
}

/// A column of an adopted table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LocalColumn {
    /// Its name.
    pub name: String,
    /// Its type without a length, as a statement names it.
    pub type_name: String,
    /// The same with its length or precision.
    pub full_type: String,
    /// What kind of values it takes.
    pub family: Family,
    /// The most characters that it takes.
    pub max_characters: Option<i64>,
    /// The least and the greatest whole number.
    pub whole_numbers: Option<(i64, i64)>,
    /// The labels of an enum.
    pub labels: Vec<String>,
    /// Whether it must have a value.
    pub not_null: bool,
    /// Its default, or what makes the next value of an identity column.
    pub default_expression: Option<String>,
    /// Whether it is always an identity, so that a value must override it.
    pub is_always_identity: bool,
    /// Whether it is computed from others, so that nothing can be written.
    pub is_generated: bool,
    /// The table that a foreign key of this column alone refers to.
    pub refers_to: Option<String>,
    /// The sequence of its default.
    pub sequence: Option<String>,
    /// Whether our role may use it.
    pub may_use_sequence: bool,
    /// Whether our role may read it.
    pub may_select: bool,
    /// Whether our role may give it a value in a new row.
    pub may_insert: bool,
    /// Whether our role may change it.
    pub may_update: bool,
}

/// What kind of values a column takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// text, varchar, char, citext.
    Text,
    /// One of its labels.
    Enum,
    /// smallint, integer, bigint, numeric.
    Number,
    /// boolean.
    Boolean,
    /// With a zone.
    Timestamptz,
    /// Without one.
    Timestamp,
    /// uuid, and whatever else.
    Other,
}

/// Columns of which no two rows have the same values.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UniqueKey {
    /// The constraint or index.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// Whether each row is checked as it is written, and not only at the end of the statement.
    pub is_immediate: bool,
    /// Whether it is a constraint, not only an index.
    pub is_constraint: bool,
}

impl AdoptedTable {
    /// Whether it is a table at all.
    pub fn is_table(&self) -> bool {
        matches!(self.kind.as_str(), "r" | "p")
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&LocalColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether this column alone is unique.
    pub fn is_unique(&self, name: &str) -> bool {
        self.unique_keys.iter().any(|key| key.columns == [name])
    }
}
