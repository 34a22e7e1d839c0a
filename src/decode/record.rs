//! Any flat record, a CSV row for instance, by the field list of its entity.

mod keys;
pub(crate) mod roles;
#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::model::entity::{Entity, FieldKind, KeyedRecord, Problem};
use crate::text::invisible::is_blank;
use roles::Roles;

/// How one source calls the fields of an entity.
#[derive(Debug, Clone)]
pub(crate) struct Naming {
    /// The key; none where it is made from other fields.
    pub(crate) key: Option<&'static str>,
    /// Whether the record is active.
    pub(crate) status: &'static str,
    /// When the source last changed it.
    pub(crate) changed_at: &'static str,
    /// The others.
    pub(crate) columns: Vec<NamedColumn>,
}

/// How one source calls one field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedColumn {
    /// The column of the entity.
    pub(crate) column: &'static str,
    /// The name in the source.
    pub(crate) name: &'static str,
    /// Whether the source must have it.
    pub(crate) mandatory: bool,
}

/// Where the fields of an entity are in the rows of one source.
pub(crate) struct Layout<'a> {
    entity: &'static Entity,
    roles: &'a Roles,
    key: Option<(&'static str, usize)>,
    status: Option<(&'static str, usize)>,
    changed_at: Option<(&'static str, usize)>,
    /// Of each field of the entity its name and its place.
    values: Vec<(&'static str, Option<usize>)>,
}

impl<'a> Layout<'a> {
    /// Finds the fields in a header, in any order; unknown ones are ignored.
    ///
    /// # Errors
    /// The name of a mandatory field that is missing.
    pub(crate) fn from_header(
        entity: &'static Entity,
        naming: &Naming,
        header: &[&str],
        roles: &'a Roles,
    ) -> Result<Self, &'static str> {
        let find = |name: &str| header.iter().position(|own| *own == name);
        let key = match naming.key {
            Some(name) => Some((name, find(name).ok_or(name)?)),
            None => None,
        };
        let mut values = Vec::with_capacity(entity.fields.len());
        for field in entity.fields {
            let named = naming.columns.iter().find(|named| named.column == field.column);
            let place = named.and_then(|named| find(named.name));
            match named {
                Some(named) if named.mandatory && place.is_none() => return Err(named.name),
                _ => values.push((named.map_or(field.column, |named| named.name), place)),
            }
        }
        let common = |name: &'static str| find(name).map(|place| (name, place));
        let (status, changed_at) = (common(naming.status), common(naming.changed_at));
        Ok(Self { entity, roles, key, status, changed_at, values })
    }

    /// The record of one row, whose missing cells read as empty.
    pub(crate) fn record<'r>(
        &self,
        ordinal: i64,
        path: String,
        cell: impl Fn(usize) -> &'r str,
    ) -> KeyedRecord {
        let mut findings = Findings::default();
        let own_key = self.key.and_then(|(name, place)| findings.key(name, cell(place)));
        let mut values: Vec<Value> = (self.entity.fields.iter().zip(&self.values))
            .map(|(field, (name, place))| {
                let text = place.map(&cell).unwrap_or_default();
                self.value(field.kind, name, place.is_some(), text, &mut findings)
            })
            .collect();
        keys::name_person(self.entity, &mut values, &mut findings);
        let sourced_id = if self.key.is_some() { own_key } else { keys::made(self.entity, &values) };
        let says_active = match self.status.map(|(_, place)| cell(place)).unwrap_or_default() {
            "" | "active" => true,
            "tobedeleted" | "inactive" => false,
            _ => {
                findings.problem("status is none of active, inactive, tobedeleted".to_owned());
                true
            }
        };
        let source_updated_at = self.changed_at.and_then(|(name, place)| findings.moment(name, cell(place)));
        let Findings { problem, notice } = findings;
        let credential = None;
        KeyedRecord {
            ordinal,
            sourced_id,
            values,
            says_active,
            source_updated_at,
            problem,
            notice,
            credential,
            path,
        }
    }

    /// Whether a row says of itself that it is gone.
    pub(crate) fn says_gone<'r>(&self, cell: impl Fn(usize) -> &'r str) -> bool {
        self.status.is_some_and(|(_, place)| matches!(cell(place), "tobedeleted" | "inactive"))
    }

    fn value(
        &self,
        kind: FieldKind,
        name: &str,
        is_there: bool,
        text: &str,
        findings: &mut Findings,
    ) -> Value {
        if text.contains('\0') {
            findings.problem(format!("{name} holds a NUL character"));
            return Value::Null;
        }
        let given = if text.is_empty() { Value::Null } else { Value::from(text) };
        match kind {
            FieldKind::Text { required: true } if is_blank(text) => {
                findings.problem(format!("{name} is blank"));
                Value::Null
            }
            FieldKind::Reference(reference) if reference.required && text.is_empty() => {
                findings.problem(format!("{name} is empty"));
                Value::Null
            }
            FieldKind::Text { .. } | FieldKind::DisplayName | FieldKind::Reference(_) => given,
            FieldKind::Flag { otherwise } => findings.flag(name, is_there, text, otherwise),
            FieldKind::Date => findings.date(name, text),
            FieldKind::List if text.is_empty() => Value::Null,
            FieldKind::List => text.split(',').collect(),
            FieldKind::Role(vocabulary) => match self.roles.term(vocabulary, text) {
                Some(term) => Value::from(term),
                None => {
                    let text = format!("{name} is none that is known; see ROSTER_ROLES");
                    findings.problem.get_or_insert(Problem { code: "unknown_role", text });
                    Value::Null
                }
            },
        }
    }
}

/// What is wrong with a record; the first finding of a kind counts. Nothing of a field's content is repeated.
#[derive(Default)]
struct Findings {
    problem: Option<Problem>,
    notice: Option<String>,
}

impl Findings {
    fn problem(&mut self, text: String) {
        self.problem.get_or_insert(Problem { code: "bad_record", text });
    }

    fn notice(&mut self, name: &str, what: &str) {
        self.notice.get_or_insert_with(|| format!("{name} is no {what}; it is stored as null"));
    }

    /// A key is compared byte for byte, and never trimmed or folded.
    fn key(&mut self, name: &str, text: &str) -> Option<String> {
        match keys::wrong(text) {
            None => Some(text.to_owned()),
            Some(wrong) => {
                self.problem(format!("{name} {wrong}"));
                None
            }
        }
    }

    fn flag(&mut self, name: &str, is_there: bool, text: &str, otherwise: Option<bool>) -> Value {
        match (text, otherwise) {
            ("true" | "True" | "TRUE" | "1", _) => Value::from(true),
            ("false" | "False" | "FALSE" | "0", _) => Value::from(false),
            ("", None) => Value::Null,
            ("", Some(otherwise)) if !is_there => Value::from(otherwise),
            (_, Some(_)) => {
                self.problem(format!("{name} is neither true nor false"));
                Value::Null
            }
            (_, None) => {
                self.notice(name, "true or false");
                Value::Null
            }
        }
    }

    /// A date; of a date-time its date. What is no date, such as one of zeros, is null.
    fn date(&mut self, name: &str, text: &str) -> Value {
        if text.is_empty() {
            return Value::Null;
        }
        let day = text.get(..10).filter(|_| text.len() == 10 || text[10..].starts_with(['T', ' ']));
        match day.and_then(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()) {
            Some(date) if date.to_string().len() == 10 => Value::from(date.to_string()),
            _ => {
                self.notice(name, "date");
                Value::Null
            }
        }
    }

    fn moment(&mut self, name: &str, text: &str) -> Option<DateTime<Utc>> {
        match DateTime::parse_from_rfc3339(text) {
            _ if text.is_empty() => None,
            Ok(at) => Some(at.with_timezone(&Utc)),
            Err(_) => {
                self.notice(name, "date-time");
                None
            }
        }
    }
}
