//! The expressions of one column: our value, theirs, what differs, and what a new value must not be.

use super::{Source, Target, TargetColumn, quote_ident, quote_literal};
use crate::model::adopted_table::Family;
use crate::model::adoption_map::{Field, PLACEHOLDERS};

impl Target {
    /// Our value, in the form in which it is compared; `o` is our row.
    pub(super) fn ours(&self, column: &TargetColumn, field: Field) -> String {
        let own = ["o.", field.name()].concat();
        let zone = quote_literal(self.map.timezone.as_deref().unwrap_or("UTC"));
        match (field, column.local.family) {
            (Field::Building, _) => own,
            (_, Family::Text | Family::Enum) => ["CAST(", &own, " AS text)"].concat(),
            (_, Family::Timestamp) => {
                ["CAST(", &own, " AT TIME ZONE ", &zone, " AS ", &column.local.full_type, ")"].concat()
            }
            (_, Family::Timestamptz) => ["CAST(", &own, " AS ", &column.local.full_type, ")"].concat(),
            (_, Family::Number | Family::Boolean | Family::Other) => own,
        }
    }

    /// Their value in the same form; `t` is their row.
    pub(super) fn theirs(&self, column: &TargetColumn) -> String {
        let own = ["t.", &quote_ident(&column.local.name)].concat();
        match (column.field(), column.local.family) {
            (Some(Field::Building), _) | (_, Family::Text | Family::Enum) => {
                ["CAST(", &own, " AS text)"].concat()
            }
            _ => own,
        }
    }

    /// What is written into the column; `n` is the row of the projection.
    pub(super) fn written(&self, number: usize, column: &TargetColumn) -> String {
        let value = match &column.source {
            Source::Field(Field::Building) => "n.building_key".to_owned(),
            Source::Field(_) => format!("n.c{number}"),
            // The line breaks end a comment at the end of an expression.
            Source::Expression(expression) => format!("(\n{}\n)", self.expression(expression)),
        };
        ["CAST(", &value, " AS ", &column.local.type_name, ")"].concat()
    }

    /// An expression of the map with our values in it.
    pub(super) fn expression(&self, expression: &str) -> String {
        let mut names = PLACEHOLDERS.map(|(name, _)| name);
        // Longer ones first: no name begins another one then.
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.iter().fold(expression.to_owned(), |text, name| {
            let value = match *name {
                "building" => ["CAST(n.building_key AS ", &self.building_type, ")"].concat(),
                _ => ["n.", name].concat(),
            };
            text.replace(&["$", name].concat(), &value)
        })
    }

    /// Why a row can't be written there because of this column alone: `WHEN … THEN …`.
    pub(super) fn forbidden(&self, number: usize, column: &TargetColumn) -> String {
        let Some(field) = column.field() else { return String::new() };
        let (what, value) = (field.name().replace('_', " "), format!("p.c{number}"));
        let there = [&self.map.shown(), ".", &column.local.name].concat();
        if field == Field::Building {
            let then = "'its hall ' || p.parent_external_id || ' is not there'";
            return format!("\n               WHEN {value} IS NULL THEN {then}");
        }
        let mut cases: Vec<(String, String)> = Vec::new();
        if column.local.not_null {
            cases.push((
                format!("{value} IS NULL"),
                quote_literal(&format!("it has no {what}, and {there} must have a value")),
            ));
        }
        if let (Some(most), Family::Text) = (column.local.max_characters, column.local.family) {
            let tail = quote_literal(&format!(" characters, and {there} takes {most}"));
            let head = quote_literal(&format!("its {what} has "));
            cases.push((
                format!("char_length({value}) > {most}"),
                format!("{head} || char_length({value}) || {tail}"),
            ));
        }
        if let (Some((least, most)), Family::Number) = (column.local.whole_numbers, column.local.family) {
            let (head, tail) = (
                quote_literal(&format!("its {what} is ")),
                quote_literal(&format!(", and {there} takes at most {most}")),
            );
            cases.push((
                format!("{value} NOT BETWEEN {least} AND {most}"),
                format!("{head} || {value} || {tail}"),
            ));
        }
        if column.local.family == Family::Enum {
            let labels: Vec<String> = column.local.labels.iter().map(|label| quote_literal(label)).collect();
            cases.push((
                format!("{value} <> ALL (CAST(ARRAY[{}] AS text[]))", labels.join(", ")),
                quote_literal(&format!("its {what} is no label of the type of {there}")),
            ));
        }
        let only = if column.insert_only { "p.is_new AND " } else { "" };
        cases.iter().map(|(when, then)| format!("\n               WHEN {only}{when} THEN {then}")).collect()
    }
}
