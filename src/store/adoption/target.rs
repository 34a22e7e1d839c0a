//! One table of the application as the statements of an adoption name it.

mod fill;
mod values;

use crate::model::adopted_table::{AdoptedTable, LocalColumn, UniqueKey};
use crate::model::adoption_map::{AdoptionMap, Field, PLACEHOLDERS, Place, TableMap};

/// A name in a statement. Names come from the map and the catalogue; this is their only way into SQL.
pub(crate) fn quote_ident(name: &str) -> String {
    ["\"", &name.replace('"', "\"\""), "\""].concat()
}

/// A text in a statement; `standard_conforming_strings` is on in every transaction.
pub(crate) fn quote_literal(text: &str) -> String {
    ["'", &text.replace('\'', "''"), "'"].concat()
}

/// Where the value of a column comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A value of ours.
    Field(Field),
    /// A SQL expression of the map.
    Expression(String),
}

/// A column that the projection writes.
#[derive(Debug, Clone)]
pub(crate) struct TargetColumn {
    /// What the catalogue says of it.
    pub local: LocalColumn,
    /// What it gets.
    pub source: Source,
    /// Whether only a new row gets it.
    pub insert_only: bool,
}

impl TargetColumn {
    /// The value of ours that it gets.
    pub(crate) fn field(&self) -> Option<Field> {
        match self.source {
            Source::Field(field) => Some(field),
            Source::Expression(_) => None,
        }
    }

    /// Whether a difference in it is a reason to write the row.
    fn is_compared(&self) -> bool {
        !self.insert_only && self.field().is_some_and(|field| !field.is_stamp())
    }
}

/// One table with what is written into it.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Halls or rooms.
    pub place: Place,
    /// Its part of the map.
    pub map: TableMap,
    /// Its part of the catalogue.
    pub table: AdoptedTable,
    /// The key's column.
    pub key: LocalColumn,
    /// The columns that are written, those that get a value of ours first.
    pub columns: Vec<TargetColumn>,
    /// The type of the key of the halls' table.
    building_type: String,
}

impl Target {
    /// The table of one kind; `None` where the catalogue lacks a column of the map.
    pub(crate) fn new(place: Place, map: &AdoptionMap, tables: [&AdoptedTable; 2]) -> Option<Self> {
        let own = map.table(place);
        let table = tables[usize::from(place == Place::Rooms)];
        let mut columns = Vec::new();
        for (field, name) in &own.columns {
            // Rooms have no uid in the external system.
            if (place, *field) != (Place::Rooms, Field::ExternalUid) {
                let local = table.column(name)?.clone();
                columns.push(TargetColumn { local, source: Source::Field(*field), insert_only: false });
            }
        }
        for (name, expression) in &own.on_insert {
            let local = table.column(name)?.clone();
            columns.push(TargetColumn { local, source: source_of(expression), insert_only: true });
        }
        columns.sort_by_key(|column| column.field().is_none());
        Some(Self {
            place,
            map: own.clone(),
            table: table.clone(),
            key: table.column(&own.key)?.clone(),
            columns,
            building_type: tables[0].column(&map.buildings.key)?.type_name.clone(),
        })
    }

    /// The columns that get a value of ours, each with its number in the statements.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (usize, &TargetColumn)> {
        self.columns.iter().enumerate().filter(|(_, column)| column.field().is_some())
    }

    /// The unique keys whose columns all get values of ours: what they refuse can be foreseen.
    pub(crate) fn foreseen_keys(&self) -> Vec<ForeseenKey<'_>> {
        let number = |name: &String| self.fields().find(|(_, column)| column.local.name == *name);
        let foreseen = self.table.unique_keys.iter().filter_map(|key| {
            let columns = key.columns.iter().map(number).collect::<Option<Vec<_>>>()?;
            let numbers = columns.iter().map(|(number, _)| *number).collect();
            // Any text that is changed takes an interim value, but not the key of the building.
            let parks = columns.into_iter().find(|(_, column)| {
                !column.insert_only
                    && column.local.family == crate::model::adopted_table::Family::Text
                    && column.field() != Some(Field::Building)
            });
            Some((key, numbers, parks))
        });
        let with_number = |(nth, (key, numbers, parks))| ForeseenKey { nth, key, numbers, parks };
        foreseen.enumerate().map(with_number).collect()
    }

    /// Whether a row of ours that is not active may be made there: only where it differs from an active one.
    fn makes_inactive(&self) -> bool {
        self.columns.iter().any(|column| match &column.source {
            Source::Field(field) => field.follows_activity(),
            Source::Expression(expression) => expression.contains("$active"),
        })
    }
}

/// A unique key that is foreseen.
pub(crate) struct ForeseenKey<'a> {
    /// Its number among those of the table.
    pub nth: usize,
    /// What the catalogue says of it.
    pub key: &'a UniqueKey,
    /// The numbers of its columns.
    numbers: Vec<usize>,
    /// The column that takes an interim value, with its number.
    parks: Option<(usize, &'a TargetColumn)>,
}

/// An expression that is nothing but a value of ours is one.
fn source_of(expression: &str) -> Source {
    let name = expression.trim().strip_prefix('$');
    let known = PLACEHOLDERS.iter().find(|(own, _)| Some(*own) == name);
    known.map_or_else(|| Source::Expression(expression.to_owned()), |(_, field)| Source::Field(*field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_text_can_not_leave_its_quotes() {
        assert_eq!(quote_ident("a\"b; DROP"), "\"a\"\"b; DROP\"");
        assert_eq!(quote_literal("it's"), "'it''s'");
    }

    #[test]
    fn a_bare_placeholder_is_a_value_of_ours() {
        assert_eq!(source_of(" $name "), Source::Field(Field::Name));
        assert_eq!(source_of("upper($name)"), Source::Expression("upper($name)".into()));
    }
}
