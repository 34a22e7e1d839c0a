//! Fills a table's names and columns into the templates of an adoption.

use super::{ForeseenKey, Target, TargetColumn, quote_ident, quote_literal};
use crate::model::adopted_table::Family;
use crate::model::adoption_map::{Field, Place};

impl Target {
    /// A template with this table in it.
    pub(crate) fn render(&self, template: &str) -> String {
        let table = [quote_ident(&self.map.schema), ".".to_owned(), quote_ident(&self.map.table)].concat();
        let column = |name: Option<&str>| {
            name.map_or_else(
                || "NULL".to_owned(),
                |name| ["CAST(t.", &quote_ident(name), " AS text)"].concat(),
            )
        };
        let of = |field| column(self.map.columns.get(&field).map(String::as_str));
        let scope = if self.place == Place::Rooms { of(Field::Building) } else { "''".to_owned() };
        let source = match self.place {
            Place::Buildings => "project_buildings",
            Place::Rooms => include_str!("../projection/08_source_rooms.part.sql").trim_end(),
        };
        template
            .replace("{source}", source)
            .replace("{entity}", self.place.name())
            .replace("{table}", &table)
            .replace("{key_type}", &self.key.type_name)
            .replace("{key}", &quote_ident(&self.map.key))
            .replace("{scope}", &scope)
            .replace("{name}", &column(self.map.name_column(self.place)))
            .replace("{address}", &of(Field::Address))
            .replace("{external_id}", &of(Field::ExternalId))
            .replace("{uid}", &of(Field::ExternalUid))
            .replace("{code}", &column(self.map.code.as_deref()))
    }

    /// The comparison of what is due, or of all; `ours` is the template of our rows.
    pub(crate) fn comparison(&self, template: &str, ours: &str, all: bool) -> String {
        let (mut values, mut differs, mut forbidden) = (String::new(), Vec::new(), String::new());
        for (number, column) in self.fields() {
            let field = column.field().unwrap_or(Field::Name);
            let (own, theirs) = (self.ours(column, field), self.theirs(column));
            let value = match column.insert_only {
                true => format!("CASE WHEN o.local_key IS NULL THEN {own} ELSE {theirs} END"),
                false => own,
            };
            values.push_str(&format!(",\n           {value} AS c{number}, {theirs} AS o{number}"));
            forbidden.push_str(&self.forbidden(number, column));
            if column.is_compared() {
                let guard = if field.follows_activity() { "p.writes_activity AND " } else { "" };
                differs.push(format!("{guard}p.c{number} IS DISTINCT FROM p.o{number}"));
            }
        }
        let parked: String =
            self.foreseen_keys().iter().map(|key| format!(", false AS parked{}", key.nth)).collect();
        let differs =
            if differs.is_empty() { "false".to_owned() } else { differs.join("\n                 OR ") };
        let template = template
            .replace("{ours}", ours.trim_end())
            .replace("{due}", if all { "true" } else { "l.due" })
            .replace("{values}", &values)
            .replace("{parked}", &parked)
            .replace("{differs}", &differs)
            .replace("{makeable}", if self.makes_inactive() { "true" } else { "p.active" })
            .replace("{forbidden}", &forbidden);
        self.render(&template)
    }

    /// What a unique key refuses.
    pub(crate) fn foresight(&self, template: &str, key: &ForeseenKey<'_>) -> String {
        let sentence = format!(
            "{} has another row with the same {} ({})",
            self.map.shown(),
            key.key.columns.join(" and "),
            key.key.name
        );
        self.render(&self.keyed(template, key).replace("{sentence}", &quote_literal(&sentence)))
    }

    /// Which rows are in each other's way under a unique key that is checked row by row.
    pub(crate) fn tangle(&self, template: &str, key: &ForeseenKey<'_>) -> String {
        let takes_interim = match &key.parks {
            None => "false".to_owned(),
            Some((_, column)) => match column.local.max_characters {
                None => "true".to_owned(),
                Some(most) => format!("char_length(n.local_key) < {most}"),
            },
        };
        let sentence = quote_literal(&self.advice(key));
        let template = self.keyed(template, key).replace("{takes_interim}", &takes_interim);
        self.render(&template.replace("{sentence}", &sentence))
    }

    /// What a person may do so that names can be exchanged.
    fn advice(&self, key: &ForeseenKey<'_>) -> String {
        let columns: Vec<String> = key.key.columns.iter().map(|name| quote_ident(name)).collect();
        let table = [quote_ident(&self.map.schema), ".".to_owned(), quote_ident(&self.map.table)].concat();
        let (name, drop) =
            (quote_ident(&key.key.name), if key.key.is_constraint { "CONSTRAINT" } else { "INDEX" });
        let columns = columns.join(", ");
        let change = match key.key.is_constraint {
            true => format!(
                "ALTER TABLE {table} DROP {drop} {name}, ADD CONSTRAINT {name} UNIQUE ({columns}) DEFERRABLE"
            ),
            false => format!(
                "DROP {drop} {}.{name}; ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE ({columns}) DEFERRABLE",
                quote_ident(&self.map.schema)
            ),
        };
        format!(
            "it exchanges its {} with another row, which {} does not let; run: {change}",
            key.key.columns.join(" and "),
            key.key.name
        )
    }

    /// The statement that parks rows on interim values, where the key needs one.
    pub(crate) fn parking(&self, template: &str, key: &ForeseenKey<'_>) -> Option<String> {
        let (_, column) = key.parks.as_ref().filter(|_| key.key.is_immediate)?;
        let template = template
            .replace("{parked}", &format!("parked{}", key.nth))
            .replace("{column}", &quote_ident(&column.local.name))
            .replace("{type}", &column.local.type_name);
        Some(self.render(&template))
    }

    fn keyed(&self, template: &str, key: &ForeseenKey<'_>) -> String {
        let join = |form: &dyn Fn(usize) -> String, with: &str| {
            key.numbers.iter().map(|number| form(*number)).collect::<Vec<_>>().join(with)
        };
        let theirs = |number: usize| self.theirs(&self.columns[number]);
        template
            .replace("{parked}", &format!("parked{}", key.nth))
            .replace("{their_parts}", &join(&|number| format!("{} AS c{number}", theirs(number)), ", "))
            .replace("{their_tuple}", &join(&theirs, ", "))
            .replace("{tuple}", &join(&|number| format!("c{number}"), ", "))
            .replace("{all_there}", &join(&|number| format!("c{number} IS NOT NULL"), " AND "))
            .replace("{n_is_of}", &join(&|number| format!("n.c{number} = several.c{number}"), " AND "))
            .replace(
                "{n_differs}",
                &join(&|number| format!("n.c{number} IS DISTINCT FROM n.o{number}"), " OR "),
            )
            .replace(
                "{m_differs}",
                &join(&|number| format!("m.c{number} IS DISTINCT FROM m.o{number}"), " OR "),
            )
            .replace("{m_takes}", &join(&|number| format!("m.c{number} = n.o{number}"), " AND "))
    }

    /// The statement that writes changed rows: only the columns of these numbers.
    pub(crate) fn update(&self, template: &str, numbers: &[usize]) -> String {
        let assignment = |number: usize| {
            let column = &self.columns[number];
            let (name, value) = (quote_ident(&column.local.name), self.written(number, column));
            match column.field().is_some_and(Field::follows_activity) {
                // What a person did to it meanwhile stays.
                true => format!("{name} = CASE WHEN n.writes_activity THEN {value} ELSE t.{name} END"),
                false => format!("{name} = {value}"),
            }
        };
        let assignments: Vec<String> = numbers.iter().map(|number| assignment(*number)).collect();
        self.render(&template.replace("{assignments}", &assignments.join(",\n    ")))
    }

    /// The numbers of the columns that a change may write, stamps included.
    pub(crate) fn changeable(&self) -> Vec<usize> {
        self.fields().filter(|(_, column)| !column.insert_only).map(|(number, _)| number).collect()
    }

    /// Which changeable columns differ in any row, as one array; stamps count as different.
    pub(crate) fn differing(&self, template: &str) -> String {
        let differs = |number: &usize| match self.columns[*number].field() {
            Some(field) if field.is_stamp() => "true".to_owned(),
            Some(field) if field.follows_activity() => {
                format!("bool_or(n.writes_activity AND n.c{number} IS DISTINCT FROM n.o{number})")
            }
            _ => format!("bool_or(n.c{number} IS DISTINCT FROM n.o{number})"),
        };
        let all: Vec<String> = self.changeable().iter().map(differs).collect();
        self.render(&template.replace("{differing}", &all.join(", ")))
    }

    /// The statement that gives new rows their keys.
    pub(crate) fn new_keys(&self, template: &str) -> String {
        let given = self.map.new_key.as_deref().map(|expression| self.expression(expression));
        let key = given.or_else(|| self.key.default_expression.clone()).unwrap_or_else(|| "NULL".to_owned());
        self.render(&template.replace("{new_key}", &key))
    }

    /// The statement that makes new rows.
    pub(crate) fn insert(&self, template: &str) -> String {
        let names: String =
            self.columns.iter().map(|column| format!(", {}", quote_ident(&column.local.name))).collect();
        let value =
            |(number, column): (usize, &TargetColumn)| format!(",\n       {}", self.written(number, column));
        let values: String = self.columns.iter().enumerate().map(value).collect();
        let overriding = if self.key.is_always_identity { "OVERRIDING SYSTEM VALUE" } else { "" };
        let template = template
            .replace("{columns}", &names)
            .replace("{overriding}", overriding)
            .replace("{written}", &values);
        self.render(&template)
    }

    /// A hash over what the projection would write: stamps, which every pass moves, are no part of it.
    pub(crate) fn digest(&self, template: &str) -> String {
        let value = |(number, column): (usize, &TargetColumn)| {
            let is_stamp = column.field().is_some_and(Field::is_stamp);
            (!is_stamp).then(|| format!(", coalesce(CAST(n.c{number} AS text), chr(30))"))
        };
        let values: String = self.fields().filter_map(value).collect();
        self.render(&template.replace("{written}", &values))
    }

    /// Whether the map has a column whose type can't hold a value of this field.
    pub(crate) fn takes(field: Field, family: Family) -> bool {
        match field {
            Field::Name | Field::Address | Field::ExternalUid | Field::SyncStatus => {
                matches!(family, Family::Text | Family::Enum)
            }
            Field::Capacity | Field::PlaceLimit | Field::RegionId => family == Family::Number,
            Field::ExternalId => matches!(family, Family::Number | Family::Text),
            Field::Active => family == Family::Boolean,
            Field::DeletedAt | Field::LastSyncedAt => {
                matches!(family, Family::Timestamp | Family::Timestamptz)
            }
            Field::Building => true,
        }
    }
}
