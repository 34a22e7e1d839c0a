//! Any flat record, a CSV row for instance, by the field list of its entity.

use chrono::{DateTime, Utc};

use crate::model::entity::{Entity, FieldKind, KeyedRecord};

/// The most characters of a key (contract §13.2).
const MAX_KEY_CHARACTERS: usize = 255;

/// The fields that every entity has, under their names in a OneRoster file.
const KEY: &str = "sourcedId";
const STATUS: &str = "status";
const CHANGED_AT: &str = "dateLastModified";

/// Where the fields of an entity stand in the rows of one source.
pub(crate) struct Layout {
    entity: &'static Entity,
    key: usize,
    status: Option<usize>,
    changed_at: Option<usize>,
    values: Vec<Option<usize>>,
}

impl Layout {
    /// Finds the fields in a header, in any order; unknown ones are ignored.
    ///
    /// # Errors
    /// The name of a mandatory field that is missing.
    pub(crate) fn from_header(entity: &'static Entity, header: &[&str]) -> Result<Self, &'static str> {
        let find = |name: &str| header.iter().position(|own| *own == name);
        let mut values = Vec::with_capacity(entity.fields.len());
        for field in entity.fields {
            let found = find(field.source_name);
            if found.is_none() && matches!(field.kind, FieldKind::Text { required: true }) {
                return Err(field.source_name);
            }
            values.push(found);
        }
        let key = find(KEY).ok_or(KEY)?;
        Ok(Self { entity, key, status: find(STATUS), changed_at: find(CHANGED_AT), values })
    }

    /// The record of one row, whose missing cells read as empty.
    pub(crate) fn record(&self, ordinal: i64, path: String, cell: impl Fn(usize) -> String) -> KeyedRecord {
        let mut findings = Findings::default();
        let optional = |position: Option<usize>| position.map(&cell).filter(|text| !text.is_empty());
        let sourced_id = key(cell(self.key), &mut findings);
        let values = (self.entity.fields.iter().zip(&self.values))
            .map(|(field, position)| match (field.kind, optional(*position)) {
                (_, Some(text)) if text.contains('\0') => {
                    findings.problem(format!("{} holds a NUL character", field.source_name));
                    None
                }
                (FieldKind::Text { required: true }, value) if value.as_deref().is_none_or(is_blank) => {
                    findings.problem(format!("{} is blank", field.source_name));
                    None
                }
                (_, value) => value,
            })
            .collect();
        let says_active = match optional(self.status).as_deref() {
            None | Some("active") => true,
            Some("tobedeleted" | "inactive") => false,
            Some(_) => {
                findings.problem(format!("{STATUS} is none of active, inactive, tobedeleted"));
                true
            }
        };
        let source_updated_at =
            optional(self.changed_at).and_then(|text| match DateTime::parse_from_rfc3339(&text) {
                Ok(at) => Some(at.with_timezone(&Utc)),
                Err(_) => {
                    findings
                        .notice
                        .get_or_insert(format!("{CHANGED_AT} is no date-time; it is stored as null"));
                    None
                }
            });
        let Findings { problem, notice } = findings;
        KeyedRecord { ordinal, sourced_id, values, says_active, source_updated_at, problem, notice, path }
    }
}

/// What is wrong with a record; the first finding of a kind counts.
#[derive(Default)]
struct Findings {
    problem: Option<String>,
    notice: Option<String>,
}

impl Findings {
    fn problem(&mut self, what: String) {
        self.problem.get_or_insert(what);
    }
}

/// A key is compared byte for byte, and never trimmed or folded.
fn key(text: String, findings: &mut Findings) -> Option<String> {
    let wrong = if text.is_empty() {
        "is empty"
    } else if text.contains('\0') {
        "holds a NUL character"
    } else if text.chars().nth(MAX_KEY_CHARACTERS).is_some() {
        "has more than 255 characters"
    } else {
        return Some(text);
    };
    findings.problem(format!("{KEY} {wrong}"));
    None
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::entity::ORGS;

    fn record(header: &[&str], row: &[&str]) -> KeyedRecord {
        let layout = Layout::from_header(&ORGS, header).unwrap();
        layout.record(1, "orgs.csv row 2".to_owned(), |cell| row.get(cell).unwrap_or(&"").to_string())
    }

    const HEADER: [&str; 7] =
        ["type", "sourcedId", "name", "extra", "status", "dateLastModified", "parentSourcedId"];

    #[test]
    fn fields_are_found_by_name() {
        let found = record(&HEADER, &["school", " 7", "Bakı", "x", "", "2026-01-02T03:04:05Z", ""]);
        assert_eq!(found.sourced_id.as_deref(), Some(" 7"));
        let texts: Vec<_> = found.values.iter().map(Option::as_deref).collect();
        assert_eq!(texts, [Some("Bakı"), Some("school"), None, None]);
        assert!(found.says_active);
        assert_eq!(found.source_updated_at.unwrap().to_rfc3339(), "2026-01-02T03:04:05+00:00");
        assert_eq!((found.problem, found.notice), (None, None));
        assert_eq!(Layout::from_header(&ORGS, &["sourcedId", "name"]).err(), Some("type"));
    }

    #[test]
    fn the_first_broken_rule_is_named() {
        let problem = |row: &[&str]| record(&HEADER, row).problem;
        assert_eq!(problem(&["school", "", "A"]).as_deref(), Some("sourcedId is empty"));
        assert_eq!(problem(&["school", "1", " \t"]).as_deref(), Some("name is blank"));
        assert_eq!(problem(&["school", "1", "a\0b"]).as_deref(), Some("name holds a NUL character"));
        let long = "x".repeat(256);
        assert_eq!(
            problem(&["school", &long, "A"]).as_deref(),
            Some("sourcedId has more than 255 characters")
        );
        assert_eq!(
            problem(&["school", "1", "A", "", "gone"]).as_deref(),
            Some("status is none of active, inactive, tobedeleted")
        );
        assert!(!record(&HEADER, &["school", "1", "A", "", "tobedeleted"]).says_active);
        let dated = record(&HEADER, &["school", "1", "A", "", "", "yesterday"]);
        assert_eq!(dated.notice.as_deref(), Some("dateLastModified is no date-time; it is stored as null"));
        assert_eq!((dated.problem, dated.source_updated_at), (None, None));
    }
}
