//! The rows that were read, entity by entity, until all of a Bakaláři is known.

use std::collections::BTreeSet;

use crate::decode::record::{Layout, NamedColumn, Naming};
use crate::exit::{Failure, FailureKind};
use crate::model::Stopped;
use crate::model::entity::{ENTITIES, EntityKind};
use crate::source::roster_facts::{Reading, RecordSink, SourceFacts};

/// The cells of each entity: its columns, and what Bakaláři calls them. The first is the key where the source has one.
const ORGS: &[(&str, &str)] = &[("", "Id"), ("name", "Name"), ("type", "type")];
const COURSES: &[(&str, &str)] =
    &[("", "Id"), ("title", "Name"), ("course_code", "Abbrev"), ("org_sourced_id", "school")];
const USERS: &[(&str, &str)] = &[
    ("", "Id"),
    ("display_name", "DisplayName"),
    ("given_name", "FirstName"),
    ("middle_name", "MiddleName"),
    ("family_name", "LastName"),
    ("identifier", "RegistrationNumber"),
    ("email", "Email"),
    ("", STATUS),
];
const CLASSES: &[(&str, &str)] = &[
    ("", "Id"),
    ("title", "Name"),
    ("class_code", "Abbrev"),
    ("class_type", "type"),
    ("course_sourced_id", "Subject"),
    ("org_sourced_id", "school"),
];
const ROLES: &[(&str, &str)] = &[("user_sourced_id", "Id"), ("org_sourced_id", "school"), ("role", "role")];
const ENROLLMENTS: &[(&str, &str)] =
    &[("class_sourced_id", "atom"), ("user_sourced_id", "Id"), ("role", "role")];

const STATUS: &str = "status";
/// No record says when it was changed.
const NEVER: &str = "";

/// The rows, and what the source says of itself.
#[derive(Default)]
pub(super) struct Rows {
    rows: [Vec<Row>; 7],
    known: BTreeSet<(EntityKind, Vec<String>)>,
    keys: BTreeSet<(EntityKind, String)>,
    pub(super) facts: SourceFacts,
}

struct Row {
    path: String,
    cells: Vec<String>,
}

fn columns(kind: EntityKind) -> &'static [(&'static str, &'static str)] {
    match kind {
        EntityKind::Orgs => ORGS,
        EntityKind::Sessions => &[],
        EntityKind::Courses => COURSES,
        EntityKind::Users => USERS,
        EntityKind::Classes => CLASSES,
        EntityKind::Roles => ROLES,
        EntityKind::Enrollments => ENROLLMENTS,
    }
}

impl Rows {
    /// Adds a row, unless it is here word for word.
    pub(super) fn add(&mut self, kind: EntityKind, path: &str, cells: &[&str]) {
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        if self.known.insert((kind, cells.clone())) {
            self.keys.extend(cells.first().map(|key| (kind, key.clone())));
            self.rows[kind as usize].push(Row { path: path.to_owned(), cells });
        }
    }

    /// Adds a row, unless there is one of its key: what is named in several places is taken from the first.
    pub(super) fn add_first(&mut self, kind: EntityKind, path: &str, cells: &[&str]) {
        let key = cells.first().copied().unwrap_or_default();
        if !self.has(kind, key) {
            self.add(kind, path, cells);
        }
    }

    /// Whether there is a row of this key.
    pub(super) fn has(&self, kind: EntityKind, key: &str) -> bool {
        self.keys.contains(&(kind, key.to_owned()))
    }

    /// Gives each row to `sink`, an entity after the other.
    ///
    /// # Errors
    /// [`FailureKind::Internal`] when it stops.
    pub(super) fn give(
        mut self,
        reading: &Reading,
        sink: &mut RecordSink<'_>,
    ) -> Result<SourceFacts, Failure> {
        for entity in ENTITIES {
            let rows = &self.rows[entity.kind as usize];
            self.facts.of_mut(entity.kind).there = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            let columns = columns(entity.kind);
            let header: Vec<&str> = columns.iter().map(|(_, name)| *name).collect();
            let named = columns.iter().filter(|(column, _)| !column.is_empty());
            let named = named.map(|(column, name)| NamedColumn { column, name, mandatory: false });
            let naming = Naming {
                key: columns.first().filter(|(column, _)| column.is_empty()).map(|(_, name)| *name),
                status: STATUS,
                changed_at: NEVER,
                columns: named.collect(),
            };
            let layout =
                Layout::from_header(entity, &naming, &header, &reading.roles).map_err(|missing| {
                    Failure::new(FailureKind::Internal, format!("{} has no {missing}", entity.name))
                })?;
            for (row, ordinal) in rows.iter().zip(1..) {
                let cell = |place: usize| row.cells.get(place).map(String::as_str).unwrap_or_default();
                let record = layout.record(ordinal, row.path.clone(), cell);
                sink(entity.kind, record).map_err(|Stopped| {
                    let message = format!("giving {} was stopped at row {ordinal}", entity.name);
                    Failure::new(FailureKind::Internal, message)
                })?;
            }
        }
        Ok(self.facts)
    }
}
